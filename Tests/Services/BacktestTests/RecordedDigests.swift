import TestSupport

/// A capture by others, and the books that it ends with.
struct RecordedSession: Sendable, CustomStringConvertible {
  let files: [String]
  let books: [Book]

  /// What a reading of the same bytes by other means gives: a few lines of Python with its `json`
  /// and `decimal` modules, which share nothing with this program.
  struct Book: Sendable {
    let symbol: String
    let digest: String
    let bids: Int
    let asks: Int
  }

  var description: String { files[0] }

  static let all: [RecordedSession] = [
    RecordedSession(
      files: [
        "kraken/kraken_btcusd_sample.cbcap"
      ],
      books: [
        Book(
          symbol: "BTC/USD",
          digest: "41776a4dba3889f6815f6f6ed0b0d1237feb5bd90370614806ab9f87fc94e4d6",
          bids: 25,
          asks: 25
        )
      ]
    ),
    RecordedSession(
      files: [
        "kraken/kraken_btcusd_l2.cbcap"
      ],
      books: [
        Book(
          symbol: "BTC/USD",
          digest: "669b74e4a27669a6b43ece6ca93550645d7dc18da01edfabfa4f48af65db7602",
          bids: 10,
          asks: 10
        )
      ]
    ),
    RecordedSession(
      files: [
        "coinbase/advanced_ws_2026-08-09_first14s.jsonl.gz"
      ],
      books: [
        Book(
          symbol: "BTC/USD",
          digest: "bab2c1e42eb91c4c453fd0ac26e25e3294b5acfe5a327b818862dc3670e576cb",
          bids: 18774,
          asks: 27237
        ),
        Book(
          symbol: "ETH/USD",
          digest: "6af36e679e389e6db3b936dda99dd35cd4d98148598a46aabe51c93ed1d957d7",
          bids: 6936,
          asks: 16393
        ),
      ]
    ),
    RecordedSession(
      files: [
        "gemini/marketdata_v2_2026-08-09.jsonl"
      ],
      books: [
        Book(
          symbol: "BTC/EUR",
          digest: "57a059b55f49d78c648d1533820f7b873df52fb5789190b1df7ba465598a9918",
          bids: 32,
          asks: 14
        ),
        Book(
          symbol: "BTC/GBP",
          digest: "6cbfc8e45e1dc3705ac53a981f3e60994c2343d06dec41609fc6dd7dad825afe",
          bids: 41,
          asks: 13
        ),
        Book(
          symbol: "BTC/USD",
          digest: "b7c443670e90764adc63017ba750b0f792a0daab3eed3ba76db55ff54d18bcc1",
          bids: 2250,
          asks: 2745
        ),
        Book(
          symbol: "BTC/USDT",
          digest: "3a1bb3c563d01fba0b40e7bdea73287175daa2c3ea62d48eadaadd6cef326139",
          bids: 305,
          asks: 141
        ),
        Book(
          symbol: "ETH/USD",
          digest: "2c41b3e44a25762195ebb38b0a3ad3f7e7527ecda53f0dddd8551d2d9309aefd",
          bids: 776,
          asks: 1589
        ),
        Book(
          symbol: "ETH/USDT",
          digest: "5bccf39c6105b8be07f91951606e2b74ed9c53af00eb54932ed2f42b8eff3cbc",
          bids: 136,
          asks: 26
        ),
        Book(
          symbol: "SOL/USD",
          digest: "ab5ba407554321633f34cb18b977e3461cdb5ace0df90bec5962d8125dd13625",
          bids: 574,
          asks: 1381
        ),
      ]
    ),
    RecordedSession(
      files: [
        "gemini/marketdata_v2_2021-04-17.cflog"
      ],
      books: [
        Book(
          symbol: "AMP/USD",
          digest: "51f473c2c4c9da0f49b1252954b2cdf4e055bd6f8e1de9afbbba0c923d4b2b31",
          bids: 1815,
          asks: 883
        ),
        Book(
          symbol: "BAL/USD",
          digest: "c75393d0a9bb5091b0280b054e06d19a77dcdb7a39392fe271bd8493490aac94",
          bids: 328,
          asks: 144
        ),
        Book(
          symbol: "BCH/BTC",
          digest: "2259e9b61b1e8b291a3638fd974fb7b954c73b1981a50f73147a52aa72f4936f",
          bids: 33,
          asks: 38
        ),
        Book(
          symbol: "BTC/USD",
          digest: "1fcddc99190f651af26d13e3546f480aaf13380f12bff088d39db1f7d75cdc70",
          bids: 4159,
          asks: 2461
        ),
        Book(
          symbol: "ETH/BTC",
          digest: "865544537c85fd690d5abec30412572a6c897437b179ef0a008255ac737dc85c",
          bids: 182,
          asks: 243
        ),
        Book(
          symbol: "ETH/USD",
          digest: "6f14c1b49ccc674d520a1b768f1ae4a1a3af08ed6417b863dccb7dfdcfc8a429",
          bids: 2502,
          asks: 1225
        ),
        Book(
          symbol: "LTC/USD",
          digest: "62a1db75f9b5f042ce446024ba06009ec21d4f32789ce7fe0b5999107d7629b6",
          bids: 513,
          asks: 235
        ),
        Book(
          symbol: "MKR/USD",
          digest: "89a0975b8943b1a1224af3ad3319239d17b8c2eebb2ea8b1ac1e7687b1e3c5b5",
          bids: 201,
          asks: 120
        ),
        Book(
          symbol: "OXT/USD",
          digest: "49ed069128c38c7ea9c4097e21d7844a38ceaf2c455b963a08e300ddd22d1027",
          bids: 719,
          asks: 451
        ),
        Book(
          symbol: "ZEC/BTC",
          digest: "fef362969c8be8e92f992d41334ef4c8935678333fd11089eaedb2d40af8481b",
          bids: 25,
          asks: 99
        ),
      ]
    ),
    RecordedSession(
      files: [
        "bitstamp/ws_2021-04-17.cflog",
        "bitstamp/rest_order_book_2021-04-17.cflog",
        "bitstamp/rest_trading-pairs-info_2021-04-17.cflog",
      ],
      books: [
        Book(
          symbol: "BCH/EUR",
          digest: "bf9898572cf4f9a6c5b15f3f44052505597e6cd78d147964d5cc6adb4336d35b",
          bids: 628,
          asks: 507
        ),
        Book(
          symbol: "BCH/GBP",
          digest: "55fca6f4233f3a35732b751aa5927b4631835dc43cab635048d984293b14ed86",
          bids: 115,
          asks: 49
        ),
        Book(
          symbol: "BTC/USD",
          digest: "c1b4c651ab9d0840c88a495ae836906aed13ad3bd2ce05160d8f3d6cdeb119c5",
          bids: 4931,
          asks: 2466
        ),
        Book(
          symbol: "ETH/GBP",
          digest: "0b32ce3e94b3fcd6364c8dc94e1d5e080a0668b4de943067f4ba45111f10ad6b",
          bids: 149,
          asks: 74
        ),
        Book(
          symbol: "GBP/USD",
          digest: "00ac51a481a106ad35e35d6ddd50f8f66934cf10913903cb2b3823f038db5862",
          bids: 70,
          asks: 26
        ),
        Book(
          symbol: "GUSD/USD",
          digest: "87274663a34ac6bfe1138201319310c8e48bdd9a05939cc8aa67c4d9dcf220f2",
          bids: 23,
          asks: 26
        ),
        Book(
          symbol: "KNC/EUR",
          digest: "91bf45e84e7110d2e971a78d2fbc587bf6685809666266a0e5a0e667bce5b8b6",
          bids: 275,
          asks: 407
        ),
        Book(
          symbol: "KNC/USD",
          digest: "7c7ba4f97c2ce64609020f638273402b8e8d6b71661979c67105040e3e27c23a",
          bids: 117,
          asks: 147
        ),
        Book(
          symbol: "LINK/BTC",
          digest: "d3a0cbfbddce9608ce0e65c82faadc62eb4b32b0c27ad6c8a29f3022430166e1",
          bids: 99,
          asks: 194
        ),
        Book(
          symbol: "LTC/USD",
          digest: "24288616ea1f7e0b97f485f96c6e2476cdc0a0163ace7dc0e37885c2cd57e8d5",
          bids: 733,
          asks: 499
        ),
      ]
    ),
  ]

  /// Those whose files are here.
  static let present = all.filter { Recordings.has($0.files) }
}
