"""Lets the unmodified ccxt trade at the simulated Kraken.

Reads the first line that `parallax venue kraken --json` prints from standard input and says, a
line a check, `ok <name>` or `FAIL <name>: <why>`. The exit status is 1 when a check failed.
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


def client(module, venue, account, **options):
    exchange = module.kraken(
        {
            "apiKey": account["key"],
            "secret": account["secret"],
            "enableRateLimit": False,
            **options,
        }
    )
    exchange.urls["api"]["public"] = venue["rest"]
    exchange.urls["api"]["private"] = venue["rest"]
    if "ws" in exchange.urls["api"]:
        sockets = exchange.urls["api"]["ws"]
        sockets["public"] = sockets["publicV2"] = venue["ws"]
        sockets["private"] = sockets["privateV2"] = venue["wsPrivate"]
    return exchange


class Rest:
    """Checks of REST, in the order they are run."""

    def __init__(self, venue):
        self.venue = venue
        self.account = venue["accounts"][0]
        self.x = client(ccxt, venue, self.account)
        owners = [one for one in venue["accounts"] if one["account"] == "owner"]
        self.owner = client(ccxt, venue, owners[0]) if owners else self.x
        self.pace = 0.0

    def private(self):
        """Stays within the counter of private calls: it falls by one in two seconds."""
        wait = self.pace - time.monotonic()
        if wait > 0:
            time.sleep(wait)
        self.pace = time.monotonic() + 2.05

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
        assert market["id"] == "XXBTZUSD", market["id"]
        assert market["precision"]["price"] > 0 and market["active"]
        assert market["limits"]["amount"]["min"] > 0 and market["limits"]["cost"]["min"] > 0
        assert self.x.currencies["BTC"]["id"] == "XXBT"
        assert self.x.currencies["USD"]["id"] == "ZUSD"

    def fetch_time(self):
        assert self.x.fetch_time() > 0
        assert self.x.fetch_status()["status"] == "ok"

    def fetch_order_book(self):
        book = self.book()
        assert len(book["bids"]) == 10 and len(book["asks"]) == 10
        assert book["bids"][0][0] < book["asks"][0][0]
        prices = [level[0] for level in book["bids"]]
        assert prices == sorted(prices, reverse=True)

    def fetch_trades(self):
        deadline = time.monotonic() + 20
        trades = []
        while not trades and time.monotonic() < deadline:
            trades = self.x.fetch_trades(SYMBOL, limit=5)
            time.sleep(1)
        assert trades and len(trades) <= 5
        assert trades[-1]["side"] in ("buy", "sell") and trades[-1]["amount"] > 0

    def fetch_ticker(self):
        ticker = self.x.fetch_ticker(SYMBOL)
        assert ticker["bid"] < ticker["ask"] and ticker["last"] > 0 and ticker["baseVolume"] > 0

    def fetch_ohlcv(self):
        candles = self.x.fetch_ohlcv(SYMBOL, "1m")
        assert candles and candles[-1][2] >= candles[-1][3] > 0

    def fetch_balance(self):
        self.private()
        balance = self.x.fetch_balance()
        assert balance["USD"]["total"] > 0 and balance["BTC"]["total"] > 0
        assert balance["USD"]["used"] is not None

    def fetch_trading_fee(self):
        self.private()
        fee = self.x.fetch_trading_fee(SYMBOL)
        assert 0 < fee["maker"] <= fee["taker"] < 0.01, fee

    def resting_order(self):
        price = self.far()
        order = self.x.create_order(SYMBOL, "limit", "buy", 0.001, price)
        assert order["id"].startswith("O") and order["amount"] == 0.001, order
        self.private()
        fetched = self.x.fetch_order(order["id"], SYMBOL)
        assert fetched["status"] == "open" and fetched["price"] == price, fetched
        assert fetched["filled"] == 0
        self.private()
        ids = [one["id"] for one in self.x.fetch_open_orders(SYMBOL)]
        assert order["id"] in ids
        self.private()
        balance = self.x.fetch_balance()
        assert balance["USD"]["used"] > 0
        self.x.cancel_order(order["id"], SYMBOL)
        self.private()
        fetched = self.x.fetch_order(order["id"], SYMBOL)
        assert fetched["status"] == "canceled", fetched

    def client_order_id(self):
        name = f"check-{int(time.time()) % 100000}"
        order = self.x.create_order(
            SYMBOL, "limit", "buy", 0.001, self.far(), {"clientOrderId": name}
        )
        self.private()
        fetched = self.x.fetch_order(order["id"], SYMBOL)
        assert fetched["clientOrderId"] == name, fetched
        self.x.cancel_order("", SYMBOL, {"clientOrderId": name})

    def taking_order(self):
        order = self.x.create_order(
            SYMBOL, "limit", "buy", 0.0005, self.cross(), {"timeInForce": "IOC"}
        )
        self.private()
        fetched = self.x.fetch_order(order["id"], SYMBOL)
        assert fetched["status"] == "closed" and fetched["filled"] == 0.0005, fetched
        assert fetched["average"] > 0 and float(fetched["fee"]["cost"]) > 0
        self.private()
        trades = [t for t in self.x.fetch_my_trades(SYMBOL) if t["order"] == order["id"]]
        assert sum(t["amount"] for t in trades) == 0.0005, trades
        assert all(t["takerOrMaker"] == "taker" for t in trades)
        self.private()
        closed = [one["id"] for one in self.x.fetch_closed_orders(SYMBOL)]
        assert order["id"] in closed

    def fill_or_kill(self):
        order = self.x.create_order(
            SYMBOL, "limit", "buy", 0.0005, self.cross(), {"timeInForce": "FOK"}
        )
        self.private()
        assert self.x.fetch_order(order["id"])["status"] == "closed"

    def market_order(self):
        order = self.x.create_order(SYMBOL, "market", "sell", 0.0005)
        self.private()
        fetched = self.x.fetch_order(order["id"])
        assert fetched["status"] == "closed" and fetched["type"] == "market", fetched

    def market_order_with_cost(self):
        order = self.x.create_market_buy_order_with_cost(SYMBOL, 50)
        self.private()
        fetched = self.x.fetch_order(order["id"])
        assert fetched["status"] == "closed" and 45 < fetched["cost"] <= 50, fetched

    def post_only(self):
        order = self.x.create_order(SYMBOL, "limit", "buy", 0.001, self.far(), {"postOnly": True})
        self.private()
        fetched = self.x.fetch_order(order["id"])
        assert fetched["postOnly"] and fetched["status"] == "open"
        self.x.cancel_order(order["id"])
        refuses(
            ccxt.ExchangeError,
            lambda: self.x.create_order(
                SYMBOL, "limit", "buy", 0.001, self.cross(), {"postOnly": True}
            ),
        )

    def edit_order(self):
        order = self.x.create_order(SYMBOL, "limit", "buy", 0.001, self.far())
        self.x.edit_order(order["id"], SYMBOL, "limit", "buy", 0.002)
        self.private()
        assert self.x.fetch_order(order["id"])["amount"] == 0.002
        self.x.cancel_order(order["id"])

    def create_orders(self):
        one = {"symbol": SYMBOL, "type": "limit", "side": "buy", "amount": 0.001}
        price = self.far()
        orders = self.x.create_orders([{**one, "price": price}, {**one, "price": price - 100}])
        assert len(orders) == 2
        self.x.cancel_orders([order["id"] for order in orders])

    def cancel_all(self):
        self.x.create_order(SYMBOL, "limit", "buy", 0.001, self.far())
        self.private()
        self.x.cancel_all_orders()
        self.private()
        assert self.x.fetch_open_orders() == []
        self.private()
        answer = self.x.cancel_all_orders_after(60000)
        assert answer["result"]["triggerTime"] > answer["result"]["currentTime"]
        self.private()
        self.x.cancel_all_orders_after(0)

    def funding(self):
        self.private()
        methods = self.owner.fetch_deposit_methods("BTC")
        assert methods[0]["method"] == "Bitcoin"
        self.private()
        address = self.owner.fetch_deposit_address("BTC")
        assert address["address"].startswith("sim-kraken-")
        self.private()
        key = {"key": address["address"]}
        sent = self.owner.withdraw("BTC", 0.01, address["address"], params=key)
        assert sent["id"]
        self.private()
        known = [row["id"] for row in self.owner.fetch_withdrawals("BTC")]
        assert sent["id"] in known
        self.private()
        refuses(
            ccxt.InvalidAddress,
            lambda: self.owner.withdraw("BTC", 0.01, "somewhere-else", params={"key": "nobody"}),
        )

    def refusals(self):
        x = self.x
        far = self.far()
        refuses(ccxt.BadSymbol, lambda: x.fetch_ticker("NO/SUCH"))
        refuses(
            ccxt.InvalidOrder, lambda: x.create_order(SYMBOL, "limit", "buy", 0.00001, far)
        )
        refuses(
            ccxt.InsufficientFunds, lambda: x.create_order(SYMBOL, "limit", "buy", 900, far)
        )
        refuses(ccxt.OrderNotFound, lambda: x.cancel_order("OAAAAA-AAAAA-AAAAAA"))

    def keys(self):
        nobody = client(ccxt, self.venue, {"key": "nobody", "secret": self.account["secret"]})
        refuses(ccxt.AuthenticationError, nobody.fetch_balance)
        # ccxt knows no class for Kraken's `EAPI:Invalid signature`.
        forged = client(ccxt, self.venue, {"key": self.account["key"], "secret": "c2VjcmV0"})
        refuses(ccxt.ExchangeError, forged.fetch_balance)

    def stale_nonce(self):
        stale = client(ccxt, self.venue, self.account)
        stale.incrementing_nonce = lambda: 1
        refuses(ccxt.InvalidNonce, stale.fetch_balance)

    def rate_limit(self):
        def hammer():
            for _ in range(40):
                self.x.fetch_balance()

        refuses(ccxt.DDoSProtection, hammer)


REST_CHECKS = [
    "load_markets", "fetch_time", "fetch_order_book", "fetch_trades", "fetch_ticker",
    "fetch_ohlcv", "fetch_balance", "fetch_trading_fee", "resting_order", "client_order_id",
    "taking_order", "fill_or_kill", "market_order", "market_order_with_cost", "post_only",
    "edit_order", "create_orders", "cancel_all", "funding", "refusals", "keys", "stale_nonce",
]


async def socket_checks(venue):
    """Checks of ccxt.pro."""
    x = client(ccxt.pro, venue, venue["accounts"][0])

    async def run(name, body, seconds=30):
        try:
            await asyncio.wait_for(body(), seconds)
            report(name)
        except Exception as error:  # Whatever ccxt raises is a finding.
            report(name, f"{type(error).__name__}: {error}")

    async def order_book():
        for _ in range(20):
            book = await x.watch_order_book(SYMBOL, 10)
            assert len(book["bids"]) == 10 and book["bids"][0][0] < book["asks"][0][0]

    async def trades():
        found = await x.watch_trades(SYMBOL)
        assert found[-1]["price"] > 0

    async def ticker():
        found = await x.watch_ticker(SYMBOL)
        assert found["bid"] < found["ask"]

    async def bids_asks():
        found = await x.watch_bids_asks([SYMBOL])
        assert found is not None

    async def balance():
        found = await x.watch_balance()
        assert found["USD"]["total"] > 0

    async def orders():
        waiting = asyncio.ensure_future(x.watch_orders())
        await asyncio.sleep(1)
        book = await x.fetch_order_book(SYMBOL)
        price = float(x.price_to_precision(SYMBOL, book["bids"][0][0] * 0.9))
        sent = await x.create_order(SYMBOL, "limit", "buy", 0.001, price)
        seen = []
        while sent["id"] not in seen:
            seen = [order["id"] for order in await waiting]
            waiting = asyncio.ensure_future(x.watch_orders())
        await x.cancel_order(sent["id"])
        status = None
        while status != "canceled":
            for order in await waiting:
                if order["id"] == sent["id"]:
                    status = order["status"]
            waiting = asyncio.ensure_future(x.watch_orders())
        waiting.cancel()

    async def my_trades():
        waiting = asyncio.ensure_future(x.watch_my_trades(SYMBOL))
        await asyncio.sleep(1)
        sent = await x.create_order_ws(SYMBOL, "market", "buy", 0.0005)
        assert sent["id"].startswith("O"), sent
        seen = []
        while sent["id"] not in seen:
            seen = [trade["order"] for trade in await waiting]
            waiting = asyncio.ensure_future(x.watch_my_trades(SYMBOL))
        waiting.cancel()

    async def orders_by_socket():
        book = await x.fetch_order_book(SYMBOL)
        price = float(x.price_to_precision(SYMBOL, book["bids"][0][0] * 0.9))
        sent = await x.create_order_ws(SYMBOL, "limit", "buy", 0.001, price)
        await x.edit_order_ws(sent["id"], SYMBOL, "limit", "buy", 0.002, price)
        await x.cancel_order_ws(sent["id"])
        try:
            await x.cancel_order_ws(sent["id"])
            raise AssertionError("cancelled twice")
        except ccxt.OrderNotFound:
            pass
        await x.cancel_all_orders_ws()

    await x.load_markets()
    for body in [
        order_book, trades, ticker, bids_asks, balance, orders, my_trades, orders_by_socket,
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
