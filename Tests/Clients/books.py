"""Follows a venue's book by a raw socket, by the venue's own rules, and compares it with REST.

    books.py NAME

A second client, independent of ccxt and of the engine: aiohttp, the book in a dictionary, and the
checks that the venue documents (Kraken's checksums over the text on the wire, Coinbase's sequence
numbers, Gemini's chain of update ids, Bitstamp's snapshot for a buffer of differences). REST gives
the state of one moment; it has to be a state that the socket went through about then.
"""

import asyncio
import json
import sys
import time
import zlib
from decimal import ROUND_DOWN, Decimal

import aiohttp

from checks import check, run, served

SECONDS = 5
LEVELS = 25
# How far a state of REST may lie from the socket's: Bitstamp keeps its answer for two seconds, and
# Gemini and Coinbase collect what they send.
BEFORE, AFTER = 2.5, 1.0


class Book:
    """The levels of each side: price to quantity, and both as they were written."""

    def __init__(self):
        self.bids, self.asks = {}, {}

    def replace(self, bids, asks):
        self.bids.clear()
        self.asks.clear()
        self.change(bids, asks)

    def change(self, bids, asks):
        """Takes levels of price and quantity as text; no quantity removes."""
        for levels, side in ((bids, self.bids), (asks, self.asks)):
            for price, quantity in levels:
                if Decimal(quantity) == 0:
                    side.pop(Decimal(price), None)
                else:
                    side[Decimal(price)] = (price, quantity)

    def best(self, count=LEVELS):
        return (
            [self.bids[price] for price in sorted(self.bids, reverse=True)[:count]],
            [self.asks[price] for price in sorted(self.asks)[:count]],
        )

    def cut(self, depth):
        for side, last in ((self.bids, True), (self.asks, False)):
            for price in sorted(side, reverse=last)[depth:]:
                del side[price]


class Rules:
    """What a venue documents of its book; `apply` says whether the book changed."""

    def written(self, quantity):
        """A quantity as REST writes it."""
        return quantity

    def state(self, bids, asks):
        """The best levels, given best first, as numbers to compare."""
        assert Decimal(bids[0][0]) < Decimal(asks[0][0]), f"crossed: {bids[0]} {asks[0]}"
        levels = bids[:LEVELS] + asks[:LEVELS]
        return [(Decimal(price), self.written(Decimal(quantity))) for price, quantity in levels]


class Kraken(Rules):
    """docs.kraken.com/api/docs/guides/spot-ws-book-v2: a checksum of the ten best after each."""

    socket = served["ws"]
    rest = "/0/public/Depth?pair=XBTUSD&count=25"
    requests = [
        {"method": "subscribe", "params": {"channel": "book", "symbol": ["BTC/USD"], "depth": 25}}
    ]

    def apply(self, book, message):
        if message.get("channel") != "book":
            assert message.get("success", True), message
            return False
        for data in message["data"]:
            sides = [[(each["price"], each["qty"]) for each in data[s]] for s in ("bids", "asks")]
            (book.replace if message["type"] == "snapshot" else book.change)(*sides)
            book.cut(25)
            bids, asks = book.best(10)
            digits = "".join(n.replace(".", "").lstrip("0") for level in asks + bids for n in level)
            found = zlib.crc32(digits.encode())
            assert found == int(data["checksum"]), f"checksum {found}: {message}"
        return True

    def levels(self, answer):
        assert "result" in answer, answer
        book = answer["result"]["XXBTZUSD"]
        return [[row[:2] for row in book[side]] for side in ("bids", "asks")]

    def written(self, quantity):
        """Three digits, the rest cut off; the socket has all of them."""
        return quantity.quantize(Decimal("0.001"), ROUND_DOWN)


class Coinbase(Rules):
    """docs.cdp.coinbase.com, level2: `sequence_num` counts each frame of a connection from 0."""

    socket = served["ws"]
    rest = f"/api/v3/brokerage/market/product_book?product_id=BTC-USD&limit={LEVELS}"
    requests = [
        {"type": "subscribe", "product_ids": ["BTC-USD"], "channel": channel}
        for channel in ("level2", "heartbeats", "market_trades")
    ]
    expected = 0

    def apply(self, book, message):
        number = int(message["sequence_num"])
        assert number == self.expected, f"frame {number} instead of {self.expected}"
        self.expected += 1
        if message["channel"] != "l2_data":
            return False
        for event in message["events"]:
            sides = {"bid": [], "offer": []}
            for row in event["updates"]:
                sides[row["side"]].append((row["price_level"], row["new_quantity"]))
            (book.replace if event["type"] == "snapshot" else book.change)(*sides.values())
        return True

    def levels(self, answer):
        book = answer["pricebook"]
        return [[(row["price"], row["size"]) for row in book[side]] for side in ("bids", "asks")]


class Gemini(Rules):
    """developer.gemini.com/websocket: the first frame is the book; each goes on from the last."""

    socket = served["ws"] + "?snapshot=-1"
    rest = f"/v1/book/btcusd?limit_bids={LEVELS}&limit_asks={LEVELS}"
    requests = [{"id": "1", "method": "subscribe", "params": ["btcusd@depth@100ms"]}]
    last = None

    def apply(self, book, message):
        if message.get("e") != "depthUpdate":
            assert message.get("status", "200") == "200", message
            return False
        first, last = int(message["U"]), int(message["u"])
        if self.last is not None:
            assert first in (self.last, self.last + 1), f"{first} after {self.last}"
            assert last > self.last, f"{last} after {self.last}"
        (book.replace if self.last is None else book.change)(message["b"], message["a"])
        self.last = last
        return True

    def levels(self, answer):
        return [
            [(row["price"], row["amount"]) for row in answer[side]] for side in ("bids", "asks")
        ]


class Bitstamp(Rules):
    """bitstamp.net/websocket/v2: differences are kept, and those after REST's snapshot applied."""

    socket = served["ws"]
    rest = "/api/v2/order_book/btcusd/?group=1"
    requests = [{"event": "bts:subscribe", "data": {"channel": "diff_order_book_btcusd"}}]

    def __init__(self):
        self.kept, self.last, self.snapshot = [], 0, None

    def apply(self, book, message):
        if message["event"] != "data":
            assert message["event"] == "bts:subscription_succeeded", message
            return False
        data = message["data"]
        stamp = int(data["microtimestamp"])
        assert stamp > self.last, f"{stamp} after {self.last}"
        self.last = stamp
        self.kept.append((stamp, data["bids"], data["asks"]))
        if self.snapshot is None:
            return False
        self.catch_up(book)
        return True

    def catch_up(self, book):
        for stamp, bids, asks in self.kept:
            if stamp > self.snapshot:
                book.change(bids, asks)
        self.kept.clear()

    def begin(self, book, answer):
        """Whether the book begins with this answer: one older than all that is kept leaves a hole."""
        stamp = int(answer["microtimestamp"])
        if self.snapshot is None and self.kept and stamp >= self.kept[0][0]:
            self.snapshot = stamp
            book.replace(*self.levels(answer))
            self.catch_up(book)
            return True
        return False

    def levels(self, answer):
        return [answer[side] for side in ("bids", "asks")]


VENUES = {venue.__name__.lower(): venue for venue in (Kraken, Coinbase, Gemini, Bitstamp)}


async def follow(session, venue, book, states):
    """Notes each state of the book with the time at which it began."""
    async with session.ws_connect(venue.socket, max_msg_size=0) as socket:
        for request in venue.requests:
            await socket.send_json(request)
        async for frame in socket:
            # Numbers stay the text that they were on the wire.
            if venue.apply(book, json.loads(frame.data, parse_float=str, parse_int=str)):
                states.append((time.monotonic(), venue.state(*book.best())))
    raise AssertionError("the venue closed the socket")


def is_among(states, state, since, until):
    """Whether the state was the book's at a time of that span."""
    for index, (began, each) in enumerate(states):
        ended = states[index + 1][0] if index + 1 < len(states) else until
        if each == state and began <= until and ended >= since:
            return True
    return False


@check
async def book_by_the_rules():
    venue, book, states, answers = VENUES[sys.argv[1]](), Book(), [], []
    async with aiohttp.ClientSession() as session:
        reader = asyncio.ensure_future(follow(session, venue, book, states))
        end = None
        while end is None or time.monotonic() < end:
            await asyncio.wait([reader], timeout=0.3)
            if reader.done():
                reader.result()
            since = time.monotonic()
            async with session.get(served["rest"] + venue.rest) as response:
                text = await response.text()
                assert response.status == 200, text
            answer = json.loads(text, parse_float=str, parse_int=str)
            if isinstance(venue, Bitstamp) and venue.begin(book, answer):
                states.append((time.monotonic(), venue.state(*book.best())))
            if states:
                end = end or time.monotonic() + SECONDS
                answers.append((since, time.monotonic(), venue.state(*venue.levels(answer))))
        await asyncio.wait([reader], timeout=AFTER)
        reader.cancel()
        await asyncio.gather(reader, return_exceptions=True)
    met = [is_among(states, state, since - BEFORE, at + AFTER) for since, at, state in answers]
    print(f"{len(states)} states by the socket; REST gave {sum(met)} of them in {len(met)} answers")
    assert len(states) > 5, f"{len(states)} frames only"
    # What REST gives between two frames that collect changes need not be a state of the socket.
    assert sum(met) > len(met) / 2, "too few"


run()
