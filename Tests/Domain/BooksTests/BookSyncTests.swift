import Market
import Testing

@testable import Books

@Suite("Keeping a book in step")
struct BookSyncTests {
  private func change(_ first: UInt64, _ last: UInt64? = nil) -> BookChange {
    BookChange(
      instrument: InstrumentID(index: 0),
      levels: 0..<0,
      updateIDs: (first, last ?? first)
    )
  }

  @Test("numbered updates follow on, repeat, or leave a gap")
  func updateIDs() {
    var sync = BookSync(rule: .updateIDs)
    #expect(sync.updateReceived(change(4, 9)) == .ignore)
    #expect(sync.updateReceived(change(10)) == .apply)
    #expect(sync.updateReceived(change(10, 14)) == .apply)
    #expect(sync.updateReceived(change(15, 16)) == .apply)
    #expect(sync.updateReceived(change(15, 16)) == .ignore)
    let gap = ResyncReason.sequenceGap(expected: 17, received: 18)
    #expect(sync.updateReceived(change(18, 20)) == .resync(gap))
    #expect(sync.state == .unusable(gap))
    #expect(sync.updateReceived(change(21, 22)) == .ignore)
  }

  @Test("a venue with numbers may have a second feed without")
  func unnumbered() {
    var sync = BookSync(rule: .updateIDs)
    #expect(sync.updateReceived(change(0)) == .ignore)
    #expect(sync.snapshotReceived(change(0)) == .apply)
    #expect(sync.updateReceived(change(0)) == .apply)
    #expect(sync.updateReceived(change(0)) == .apply)
  }

  @Test("a snapshot joins the changes that were held for it")
  func join() {
    var sync = BookSync(rule: .snapshotJoin)
    #expect(sync.updateReceived(change(5)) == .hold)
    #expect(sync.updateReceived(change(8)) == .hold)
    #expect(sync.snapshotReceived(change(4)) == .resync(.snapshotTooOld))
    #expect(sync.snapshotReceived(change(6)) == .apply)
    #expect(sync.updateReceived(change(6)) == .ignore)
    #expect(sync.updateReceived(change(8)) == .apply)
  }

  @Test("an answer from before a loss makes nothing whole, and an old one takes nothing back")
  func oldAnswers() {
    var sync = BookSync(rule: .snapshotJoin)
    #expect(sync.snapshotReceived(change(5)) == .apply)
    #expect(sync.reaches(change(5)) && !sync.reaches(change(6)))
    #expect(sync.updateReceived(change(9)) == .apply)
    #expect(sync.snapshotReceived(change(7)) == .ignore)
    #expect(sync.resync(.unreadableFrame) == .resync(.unreadableFrame))
    #expect(sync.snapshotReceived(change(9)) == .resync(.snapshotTooOld))
    #expect(sync.updateReceived(change(12)) == .hold)
    #expect(sync.snapshotReceived(change(11)) == .resync(.snapshotTooOld))
    #expect(sync.snapshotReceived(change(12)) == .apply)
  }

  @Test("a connection's numbers rise by one")
  func connection() {
    var sequence = ConnectionSequence()
    #expect(sequence.received(0) == .accept)
    #expect(sequence.received(1) == .accept)
    #expect(sequence.received(1) == .ignore)
    #expect(sequence.received(3) == .gap(expected: 2, received: 3))
    #expect(sequence.received(4) == .accept)
    sequence.reset()
    #expect(sequence.received(0) == .accept)
  }
}
