"""Lets the unmodified ccxt trade at the simulated Gemini.

ccxt counts its nonces in milliseconds unless told otherwise, so most checks use the account's
counting key; the other one wants seconds.
"""

import time

import ccxt
import ccxt.pro

from checks import (
    SYMBOL,
    accounts,
    check,
    check_limits,
    eventually,
    follows_orders,
    opened,
    passive,
    refuses,
    run,
    served,
    taking,
)


def client(account="demo", library=ccxt, **options):
    keys = accounts[account]
    exchange = library.gemini(
        {
            "apiKey": keys["countingKey"],
            "secret": keys["countingSecret"],
            "enableRateLimit": False,
            **options,
        }
    )
    for name in ("public", "private", "web", "webExchange"):
        exchange.urls["api"][name] = served["rest"]
    if library is ccxt.pro:
        exchange.urls["api"]["ws"] = served["ws"]
        keep_signed_headers(exchange)
    return exchange


def keep_signed_headers(exchange):
    """Lets ccxt send the headers that it signs for the order events.

    As of 4.5.90 its Python version empties them again before it connects, in a dictionary that it
    shares with the connection; no venue would let it in. What is sent is ccxt's own.
    """
    make = exchange.client

    def client(url):
        made = make(url)
        if made.options.get("headers"):
            made.options = dict(made.options)
        return made

    exchange.client = client


demo = client()


# MARK: REST


@check
def load_markets():
    markets = demo.load_markets()
    market = markets[SYMBOL]
    assert market["id"] == "btcusd" and market["spot"], market
    assert market["precision"]["price"] == 0.01, market["precision"]
    assert market["precision"]["amount"] == 1e-8, market["precision"]
    assert market["limits"]["amount"]["min"] > 0
    assert demo.currencies["BTC"]["networks"]["BTC"]["id"] == "bitcoin"
    assert demo.currencies["USD"]["precision"] == 0.01


@check
def load_details():
    other = client(options={"fetchCurrencies": {}})
    other.has["fetchCurrencies"] = False
    market = other.load_markets()[SYMBOL]
    assert market["base"] == "BTC" and market["quote"] == "USD"
    details = other.public_get_v1_symbols_details_symbol({"symbol": "btcusd"})
    assert other.parse_number(details["quote_increment"]) == 0.01, details


@check
def fetch_order_book():
    book = demo.fetch_order_book(SYMBOL, 10)
    assert len(book["bids"]) == 10 and len(book["asks"]) == 10
    assert book["bids"][0][0] < book["asks"][0][0]
    assert len(demo.fetch_order_book(SYMBOL)["bids"]) <= 50


@check
def fetch_trades():
    trades = eventually(lambda: demo.fetch_trades(SYMBOL, limit=5))
    assert trades and len(trades) <= 5
    assert trades[-1]["side"] in ("buy", "sell") and trades[-1]["amount"] > 0
    since = trades[-1]["timestamp"] - 1
    assert all(one["timestamp"] >= since for one in demo.fetch_trades(SYMBOL, since))


@check
def fetch_ticker():
    for method in ("fetchTickerV1", "fetchTickerV2", "fetchTickerV1AndV2"):
        demo.options["fetchTickerMethod"] = method
        ticker = demo.fetch_ticker(SYMBOL)
        assert ticker["bid"] < ticker["ask"] and ticker["last"] > 0, ticker
    assert ticker["baseVolume"] > 0 and ticker["high"] >= ticker["low"] > 0
    demo.options["fetchTickerMethod"] = "fetchTickerV1"


@check
def fetch_tickers():
    assert demo.fetch_tickers()[SYMBOL]["last"] > 0


@check
def fetch_ohlcv():
    candles = demo.fetch_ohlcv(SYMBOL, "1m")
    assert candles and candles[-1][2] >= candles[-1][3] > 0


@check
def fetch_balance():
    balance = demo.fetch_balance()
    assert balance["USD"]["total"] > 0 and balance["BTC"]["free"] > 0


@check
def fetch_trading_fees():
    fee = demo.fetch_trading_fees()[SYMBOL]
    assert fee["maker"] == 0.002 and fee["taker"] == 0.004, fee


@check
def resting_order():
    price = passive(demo)
    order = demo.create_order(SYMBOL, "limit", "buy", 0.001, price)
    assert order["status"] == "open" and order["price"] == price, order
    assert order["amount"] == order["remaining"] == 0.001 and order["filled"] == 0
    fetched = demo.fetch_order(order["id"])
    assert fetched["status"] == "open" and fetched["symbol"] == SYMBOL, fetched
    assert order["id"] in [one["id"] for one in demo.fetch_open_orders(SYMBOL)]
    assert demo.fetch_balance()["USD"]["used"] > 0
    cancelled = demo.cancel_order(order["id"])
    assert cancelled["status"] == "canceled", cancelled
    assert cancelled["info"]["reason"] == "Requested"
    assert demo.fetch_order(order["id"])["status"] == "canceled"
    assert order["id"] not in [one["id"] for one in demo.fetch_open_orders()]


@check
def client_order_id():
    name = f"check-{int(time.time())}"
    order = demo.create_order(SYMBOL, "limit", "buy", 0.001, passive(demo), {"clientOrderId": name})
    assert order["clientOrderId"] == name
    found = demo.private_post_v1_order_status({"client_order_id": name})
    assert [one["order_id"] for one in found] == [order["id"]]
    demo.private_post_v1_order_cancel_session()
    assert demo.fetch_order(order["id"])["status"] == "canceled"


@check
def taking_order():
    order = demo.create_order(SYMBOL, "limit", "buy", 0.0005, taking(demo), {"timeInForce": "IOC"})
    assert order["status"] == "closed" and order["filled"] == 0.0005, order
    assert order["timeInForce"] == "IOC" and order["average"] > 0
    trades = [t for t in demo.fetch_my_trades(SYMBOL) if t["order"] == order["id"]]
    assert abs(sum(t["amount"] for t in trades) - 0.0005) < 1e-12, trades
    assert trades[0]["fee"]["currency"] == "USD" and trades[0]["fee"]["cost"] > 0
    cancelled = demo.cancel_order(order["id"])
    assert cancelled["status"] == "closed", cancelled


@check
def fill_or_kill():
    taken = demo.create_order(SYMBOL, "limit", "buy", 0.0005, taking(demo), {"timeInForce": "FOK"})
    assert taken["status"] == "closed" and taken["timeInForce"] == "FOK", taken
    missed = demo.create_order(
        SYMBOL, "limit", "buy", 0.0005, passive(demo), {"timeInForce": "FOK"}
    )
    assert missed["status"] == "canceled" and missed["filled"] == 0, missed


@check
def post_only():
    order = demo.create_order(SYMBOL, "limit", "buy", 0.001, passive(demo), {"postOnly": True})
    assert order["postOnly"] and order["status"] == "open", order
    demo.cancel_order(order["id"])
    taker = demo.create_order(SYMBOL, "limit", "buy", 0.001, taking(demo), {"postOnly": True})
    assert taker["status"] == "canceled" and taker["filled"] == 0, taker


@check
def stop_limit():
    price = taking(demo)
    order = demo.create_order(
        SYMBOL, "limit", "buy", 0.001, price * 1.5, {"triggerPrice": price * 1.4}
    )
    assert order["status"] == "open" and order["type"] == "exchange stop limit", order
    demo.private_post_v1_order_cancel_all()
    assert demo.fetch_open_orders() == []


@check
def funding():
    owner = client("owner")
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
    refuses(ccxt.InsufficientFunds, owner.withdraw, "BTC", 1000000, address["address"])


@check
def refusals():
    far = passive(demo)
    refuses(ccxt.BadSymbol, demo.fetch_ticker, "NO/SUCH")
    refuses(ccxt.BadRequest, demo.private_post_v1_order_new, {"symbol": "nosuch", "amount": "1"})
    refuses(ccxt.InvalidOrder, demo.create_order, SYMBOL, "limit", "buy", 0.000001, far)
    refuses(ccxt.InsufficientFunds, demo.create_order, SYMBOL, "limit", "buy", 9000, far)
    refuses(ccxt.OrderNotFound, demo.cancel_order, "73797746999999999")
    refuses(ccxt.OrderNotFound, demo.fetch_order, "1")


@check
def keys():
    forged = client(secret="forged")
    refuses(ccxt.AuthenticationError, forged.fetch_balance)
    nobody = client(apiKey="account-nobody")
    refuses(ccxt.AuthenticationError, nobody.fetch_balance)
    reader = client("reader")
    reader.fetch_balance()
    # ccxt names a missing role AuthenticationError, whatever the status.
    refuses(ccxt.AuthenticationError, reader.create_order, SYMBOL, "limit", "buy", 0.001, 100)


@check
def nonces():
    timed = client(apiKey=accounts["demo"]["key"], secret=accounts["demo"]["secret"])
    timed.load_markets()
    refuses(ccxt.InvalidNonce, timed.fetch_balance)
    timed.options["nonce"] = "seconds"
    timed.options["lastNonce"] = 0
    timed.fetch_balance()
    stale = client()
    stale.incrementing_nonce = lambda: 1
    refuses(ccxt.InvalidNonce, stale.fetch_balance)


@check_limits
def rate_limit():
    fast = client("second")

    def hammer():
        for _ in range(1200):
            fast.fetch_balance()

    refuses(ccxt.RateLimitExceeded, hammer)


# MARK: Sockets


@check
async def watch_order_book():
    async with opened(client(library=ccxt.pro)) as exchange:
        for _ in range(20):
            book = await exchange.watch_order_book(SYMBOL)
            assert len(book["bids"]) > 10 and book["bids"][0][0] < book["asks"][0][0]
        # The feed has no checksum: what it adds up to is compared with REST.
        told = await exchange.fetch_order_book(SYMBOL, 5)
        held = await exchange.watch_order_book(SYMBOL)
        known = {level[0] for level in held["bids"]}
        assert sum(level[0] in known for level in told["bids"]) >= 3, told["bids"]


@check
async def watch_trades():
    async with opened(client(library=ccxt.pro)) as exchange:
        found = await exchange.watch_trades(SYMBOL)
        assert found[-1]["price"] > 0 and found[-1]["side"] in ("buy", "sell")


@check
async def watch_ohlcv():
    async with opened(client(library=ccxt.pro)) as exchange:
        found = await exchange.watch_ohlcv(SYMBOL, "1m")
        assert found[-1][4] > 0


@check
async def watch_order_book_for_symbols():
    async with opened(client(library=ccxt.pro)) as exchange:
        seen = set()
        while len(seen) < 2:
            book = await exchange.watch_order_book_for_symbols([SYMBOL, "ETH/USD"])
            assert book["bids"][0][0] < book["asks"][0][0], book["symbol"]
            seen.add(book["symbol"])


@check
async def watch_trades_for_symbols():
    async with opened(client(library=ccxt.pro)) as exchange:
        found = await exchange.watch_trades_for_symbols([SYMBOL, "ETH/USD"])
        assert found[-1]["price"] > 0


@check
async def watch_bids_asks():
    async with opened(client(library=ccxt.pro)) as exchange:
        for _ in range(3):
            found = await exchange.watch_bids_asks([SYMBOL])
        assert found[SYMBOL]["bid"] < found[SYMBOL]["ask"]


@check
async def watch_orders():
    async with opened(client(library=ccxt.pro)) as exchange:
        await follows_orders(exchange, demo, lambda each: each.get("type") == "subscription_ack")


run()
