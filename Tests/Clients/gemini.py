"""Lets the unmodified ccxt trade at the simulated Gemini.

Reads the first line that `parallax venue gemini --json` prints from standard input and says, a
line a check, `ok <name>` or `FAIL <name>: <why>`. The exit status is 1 when a check failed.

The venue has to have a market that moves, and an account with dollars and some bitcoin. ccxt
counts its nonces in milliseconds unless told otherwise, so most checks use the account's counting
key; the other one wants seconds.
"""

import asyncio
import json
import sys
import time

import ccxt
import ccxt.pro

SYMBOL = "BTC/USD"
failures = 0


def report(name, problem=None):
    global failures
    if problem is None:
        print(f"ok {name}", flush=True)
    else:
        failures += 1
        print(f"FAIL {name}: {problem}", flush=True)


def check(name, body):
    """Runs one check; what it raises or asserts is the reason it failed."""
    try:
        body()
        report(name)
    except Exception as error:  # Whatever ccxt raises is a finding.
        report(name, f"{type(error).__name__}: {error}")


def refuses(expected, body):
    """Expects ccxt to raise exactly this class."""
    try:
        body()
    except expected as error:
        if type(error) is not expected:
            raise AssertionError(f"raised {type(error).__name__}: {error}") from error
        return
    raise AssertionError(f"did not raise {expected.__name__}")


def client(module, venue, key, secret, **options):
    exchange = module.gemini({"apiKey": key, "secret": secret, **options})
    for name in ("public", "private", "web", "webExchange"):
        exchange.urls["api"][name] = venue["rest"]
    if "ws" in exchange.urls["api"]:
        # All of the venue's sockets have one root.
        exchange.urls["api"]["ws"] = venue["rest"].replace("http", "ws", 1)
    return exchange


def counting(module, venue, name, **options):
    account = next(one for one in venue["accounts"] if one["account"] == name)
    return client(module, venue, account["countingKey"], account["countingSecret"], **options)


class Rest:
    """Checks of REST, in the order they are run."""

    def __init__(self, venue):
        self.venue = venue
        self.account = venue["accounts"][0]
        self.x = counting(ccxt, venue, "demo")

    def book(self):
        return self.x.fetch_order_book(SYMBOL, 10)

    def far(self):
        """A price at which a bid rests."""
        return float(self.x.price_to_precision(SYMBOL, self.book()["bids"][0][0] * 0.9))

    def cross(self):
        """A price at which a bid takes."""
        return float(self.x.price_to_precision(SYMBOL, self.book()["asks"][0][0] * 1.01))

    def load_markets(self):
        markets = self.x.load_markets()
        market = markets[SYMBOL]
        assert market["id"] == "btcusd" and market["spot"], market
        assert market["precision"]["price"] == 0.01, market["precision"]
        assert market["precision"]["amount"] == 1e-8, market["precision"]
        assert market["limits"]["amount"]["min"] > 0
        assert self.x.currencies["BTC"]["networks"]["BTC"]["id"] == "bitcoin"
        assert self.x.currencies["USD"]["precision"] == 0.01

    def load_details(self):
        other = counting(ccxt, self.venue, "demo", options={"fetchCurrencies": {}})
        other.has["fetchCurrencies"] = False
        market = other.load_markets()[SYMBOL]
        assert market["base"] == "BTC" and market["quote"] == "USD"
        details = other.public_get_v1_symbols_details_symbol({"symbol": "btcusd"})
        assert other.parse_number(details["quote_increment"]) == 0.01, details

    def fetch_order_book(self):
        book = self.book()
        assert len(book["bids"]) == 10 and len(book["asks"]) == 10
        assert book["bids"][0][0] < book["asks"][0][0]
        assert len(self.x.fetch_order_book(SYMBOL)["bids"]) <= 50

    def fetch_trades(self):
        deadline = time.monotonic() + 30
        trades = []
        while not trades and time.monotonic() < deadline:
            trades = self.x.fetch_trades(SYMBOL, limit=5)
        assert trades and len(trades) <= 5
        assert trades[-1]["side"] in ("buy", "sell") and trades[-1]["amount"] > 0
        since = trades[-1]["timestamp"] - 1
        assert all(one["timestamp"] >= since for one in self.x.fetch_trades(SYMBOL, since))

    def fetch_ticker(self):
        for method in ("fetchTickerV1", "fetchTickerV2", "fetchTickerV1AndV2"):
            self.x.options["fetchTickerMethod"] = method
            ticker = self.x.fetch_ticker(SYMBOL)
            assert ticker["bid"] < ticker["ask"] and ticker["last"] > 0, ticker
        assert ticker["baseVolume"] > 0 and ticker["high"] >= ticker["low"] > 0
        self.x.options["fetchTickerMethod"] = "fetchTickerV1"

    def fetch_tickers(self):
        assert self.x.fetch_tickers()[SYMBOL]["last"] > 0

    def fetch_ohlcv(self):
        candles = self.x.fetch_ohlcv(SYMBOL, "1m")
        assert candles and candles[-1][2] >= candles[-1][3] > 0

    def fetch_balance(self):
        balance = self.x.fetch_balance()
        assert balance["USD"]["total"] > 0 and balance["BTC"]["free"] > 0

    def fetch_trading_fees(self):
        fee = self.x.fetch_trading_fees()[SYMBOL]
        assert fee["maker"] == 0.002 and fee["taker"] == 0.004, fee

    def resting_order(self):
        price = self.far()
        order = self.x.create_order(SYMBOL, "limit", "buy", 0.001, price)
        assert order["status"] == "open" and order["price"] == price, order
        assert order["amount"] == order["remaining"] == 0.001 and order["filled"] == 0
        fetched = self.x.fetch_order(order["id"])
        assert fetched["status"] == "open" and fetched["symbol"] == SYMBOL, fetched
        assert order["id"] in [one["id"] for one in self.x.fetch_open_orders(SYMBOL)]
        assert self.x.fetch_balance()["USD"]["used"] > 0
        cancelled = self.x.cancel_order(order["id"])
        assert cancelled["status"] == "canceled", cancelled
        assert cancelled["info"]["reason"] == "Requested"
        assert self.x.fetch_order(order["id"])["status"] == "canceled"
        assert order["id"] not in [one["id"] for one in self.x.fetch_open_orders()]

    def client_order_id(self):
        name = f"check-{int(time.time())}"
        order = self.x.create_order(
            SYMBOL, "limit", "buy", 0.001, self.far(), {"clientOrderId": name}
        )
        assert order["clientOrderId"] == name
        found = self.x.private_post_v1_order_status({"client_order_id": name})
        assert [one["order_id"] for one in found] == [order["id"]]
        self.x.private_post_v1_order_cancel_session()
        assert self.x.fetch_order(order["id"])["status"] == "canceled"

    def taking_order(self):
        order = self.x.create_order(
            SYMBOL, "limit", "buy", 0.0005, self.cross(), {"timeInForce": "IOC"}
        )
        assert order["status"] == "closed" and order["filled"] == 0.0005, order
        assert order["timeInForce"] == "IOC" and order["average"] > 0
        trades = [t for t in self.x.fetch_my_trades(SYMBOL) if t["order"] == order["id"]]
        assert abs(sum(t["amount"] for t in trades) - 0.0005) < 1e-12, trades
        assert trades[0]["fee"]["currency"] == "USD" and trades[0]["fee"]["cost"] > 0
        cancelled = self.x.cancel_order(order["id"])
        assert cancelled["status"] == "closed", cancelled

    def fill_or_kill(self):
        taken = self.x.create_order(
            SYMBOL, "limit", "buy", 0.0005, self.cross(), {"timeInForce": "FOK"}
        )
        assert taken["status"] == "closed" and taken["timeInForce"] == "FOK", taken
        missed = self.x.create_order(
            SYMBOL, "limit", "buy", 0.0005, self.far(), {"timeInForce": "FOK"}
        )
        assert missed["status"] == "canceled" and missed["filled"] == 0, missed

    def post_only(self):
        order = self.x.create_order(SYMBOL, "limit", "buy", 0.001, self.far(), {"postOnly": True})
        assert order["postOnly"] and order["status"] == "open", order
        self.x.cancel_order(order["id"])
        taker = self.x.create_order(
            SYMBOL, "limit", "buy", 0.001, self.cross(), {"postOnly": True}
        )
        assert taker["status"] == "canceled" and taker["filled"] == 0, taker

    def stop_limit(self):
        price = self.cross()
        order = self.x.create_order(
            SYMBOL, "limit", "buy", 0.001, price * 1.5, {"triggerPrice": price * 1.4}
        )
        assert order["status"] == "open" and order["type"] == "exchange stop limit", order
        self.x.private_post_v1_order_cancel_all()
        assert self.x.fetch_open_orders() == []

    def funding(self):
        owner = counting(ccxt, self.venue, "owner")
        owner.load_markets()
        address = owner.create_deposit_address("BTC")
        assert address["address"].startswith("sim-gemini-"), address
        listed = owner.fetch_deposit_address("SOL", {"network": "SOL"})
        assert listed["address"].startswith("sim-gemini-"), listed
        sent = owner.withdraw("BTC", 0.01, address["address"])
        assert sent["id"]
        rows = {row["id"]: row for row in owner.fetch_deposits_withdrawals("BTC")}
        known = [row["info"].get("withdrawalId") for row in rows.values()]
        assert sent["id"] in known, rows
        refuses(
            ccxt.InsufficientFunds,
            lambda: owner.withdraw("BTC", 1000000, address["address"]),
        )

    def refusals(self):
        x = self.x
        far = self.far()
        refuses(ccxt.BadSymbol, lambda: x.fetch_ticker("NO/SUCH"))
        refuses(
            ccxt.BadRequest,
            lambda: x.private_post_v1_order_new({"symbol": "nosuch", "amount": "1"}),
        )
        refuses(
            ccxt.InvalidOrder, lambda: x.create_order(SYMBOL, "limit", "buy", 0.000001, far)
        )
        refuses(
            ccxt.InsufficientFunds, lambda: x.create_order(SYMBOL, "limit", "buy", 9000, far)
        )
        refuses(ccxt.OrderNotFound, lambda: x.cancel_order("73797746999999999"))
        refuses(ccxt.OrderNotFound, lambda: x.fetch_order("1"))

    def keys(self):
        forged = client(ccxt, self.venue, self.account["countingKey"], "forged")
        refuses(ccxt.AuthenticationError, forged.fetch_balance)
        nobody = client(ccxt, self.venue, "account-nobody", self.account["secret"])
        refuses(ccxt.AuthenticationError, nobody.fetch_balance)
        reader = counting(ccxt, self.venue, "reader")
        reader.fetch_balance()
        # ccxt names a missing role AuthenticationError, whatever the status.
        refuses(
            ccxt.AuthenticationError,
            lambda: reader.create_order(SYMBOL, "limit", "buy", 0.001, 100),
        )

    def nonces(self):
        timed = client(ccxt, self.venue, self.account["key"], self.account["secret"])
        timed.load_markets()
        refuses(ccxt.InvalidNonce, timed.fetch_balance)
        timed.options["nonce"] = "seconds"
        timed.options["lastNonce"] = 0
        timed.fetch_balance()
        stale = counting(ccxt, self.venue, "demo")
        stale.incrementing_nonce = lambda: 1
        refuses(ccxt.InvalidNonce, stale.fetch_balance)

    def rate_limit(self):
        fast = counting(ccxt, self.venue, "second", enableRateLimit=False)
        fast.load_markets()

        def hammer():
            for _ in range(1200):
                fast.fetch_balance()

        refuses(ccxt.RateLimitExceeded, hammer)


REST_CHECKS = [
    "load_markets", "load_details", "fetch_order_book", "fetch_trades", "fetch_ticker",
    "fetch_tickers", "fetch_ohlcv", "fetch_balance", "fetch_trading_fees", "resting_order",
    "client_order_id", "taking_order", "fill_or_kill", "post_only", "stop_limit", "funding",
    "refusals", "keys", "nonces",
]


async def socket_checks(venue):
    """Checks of ccxt.pro."""
    x = counting(ccxt.pro, venue, "demo")

    async def run(name, body, seconds=60):
        try:
            await asyncio.wait_for(body(), seconds)
            report(name)
        except Exception as error:  # Whatever ccxt raises is a finding.
            report(name, f"{type(error).__name__}: {error}")

    async def order_book():
        for _ in range(20):
            book = await x.watch_order_book(SYMBOL)
            assert len(book["bids"]) > 10 and book["bids"][0][0] < book["asks"][0][0]
        # The feed has no checksum: what it adds up to is compared with REST.
        told = await x.fetch_order_book(SYMBOL, 5)
        held = await x.watch_order_book(SYMBOL)
        known = {level[0] for level in held["bids"]}
        assert sum(level[0] in known for level in told["bids"]) >= 3, told["bids"]

    async def trades():
        found = await x.watch_trades(SYMBOL)
        assert found[-1]["price"] > 0 and found[-1]["side"] in ("buy", "sell")

    async def ohlcv():
        found = await x.watch_ohlcv(SYMBOL, "1m")
        assert found[-1][4] > 0

    async def order_book_for_symbols():
        seen = set()
        while len(seen) < 2:
            book = await x.watch_order_book_for_symbols([SYMBOL, "ETH/USD"])
            assert book["bids"][0][0] < book["asks"][0][0], book["symbol"]
            seen.add(book["symbol"])

    async def trades_for_symbols():
        found = await x.watch_trades_for_symbols([SYMBOL, "ETH/USD"])
        assert found[-1]["price"] > 0

    async def bids_asks():
        for _ in range(3):
            found = await x.watch_bids_asks([SYMBOL])
        assert found[SYMBOL]["bid"] < found[SYMBOL]["ask"]

    async def orders():
        waiting = asyncio.ensure_future(x.watch_orders())
        await asyncio.sleep(1)
        book = await x.fetch_order_book(SYMBOL)
        price = float(x.price_to_precision(SYMBOL, book["bids"][0][0] * 0.9))
        sent = await x.create_order(SYMBOL, "limit", "buy", 0.001, price)

        async def until(order, status):
            nonlocal waiting
            while True:
                found = [one for one in await waiting if one["id"] == order["id"]]
                waiting = asyncio.ensure_future(x.watch_orders())
                if any(one["status"] == status for one in found):
                    return

        await until(sent, "open")
        await x.cancel_order(sent["id"])
        await until(sent, "canceled")
        high = float(x.price_to_precision(SYMBOL, book["asks"][0][0] * 1.01))
        taken = await x.create_order(SYMBOL, "limit", "buy", 0.0005, high, {"timeInForce": "IOC"})
        await until(taken, "closed")
        waiting.cancel()

    await x.load_markets()
    for body in [
        order_book, trades, ohlcv, order_book_for_symbols, trades_for_symbols, bids_asks, orders,
    ]:
        await run("watch " + body.__name__, body)
    await x.close()


def main():
    venue = json.loads(sys.stdin.readline())
    rest = Rest(venue)
    for name in REST_CHECKS:
        check(name, getattr(rest, name))
    asyncio.run(socket_checks(venue))
    check("rate_limit", rest.rate_limit)
    sys.exit(1 if failures else 0)


main()
