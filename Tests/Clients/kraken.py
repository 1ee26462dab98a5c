"""Lets the unmodified ccxt trade at the simulated Kraken."""

import time

import ccxt
import ccxt.pro

from checks import (
    SYMBOL,
    accounts,
    check,
    check_limits,
    eventually,
    following,
    follows_orders,
    opened,
    passive,
    refuses,
    run,
    served,
    taking,
    until,
)


def client(account="demo", library=ccxt, **options):
    keys = accounts[account]
    exchange = library.kraken(
        {"apiKey": keys["key"], "secret": keys["secret"], "enableRateLimit": False, **options}
    )
    exchange.urls["api"]["public"] = served["rest"]
    exchange.urls["api"]["private"] = served["rest"]
    if library is ccxt.pro:
        sockets = exchange.urls["api"]["ws"]
        sockets["public"] = sockets["publicV2"] = served["ws"]
        sockets["private"] = sockets["privateV2"] = served["wsPrivate"]
    return exchange


demo = client()


# MARK: REST


@check
def load_markets():
    markets = demo.load_markets()
    market = markets[SYMBOL]
    assert market["id"] == "XXBTZUSD", market["id"]
    assert market["precision"]["price"] > 0 and market["active"]
    assert market["limits"]["amount"]["min"] > 0 and market["limits"]["cost"]["min"] > 0
    assert demo.currencies["BTC"]["id"] == "XXBT"
    assert demo.currencies["USD"]["id"] == "ZUSD"


@check
def fetch_time():
    assert demo.fetch_time() > 0
    assert demo.fetch_status()["status"] == "ok"


@check
def fetch_order_book():
    book = demo.fetch_order_book(SYMBOL, 10)
    assert len(book["bids"]) == 10 and len(book["asks"]) == 10
    assert book["bids"][0][0] < book["asks"][0][0]
    prices = [level[0] for level in book["bids"]]
    assert prices == sorted(prices, reverse=True)


@check
def fetch_trades():
    trades = eventually(lambda: demo.fetch_trades(SYMBOL, limit=5))
    assert trades and len(trades) <= 5
    assert trades[-1]["side"] in ("buy", "sell") and trades[-1]["amount"] > 0


@check
def fetch_ticker():
    ticker = demo.fetch_ticker(SYMBOL)
    assert ticker["bid"] < ticker["ask"] and ticker["last"] > 0 and ticker["baseVolume"] > 0


@check
def fetch_ohlcv():
    candles = demo.fetch_ohlcv(SYMBOL, "1m")
    assert candles and candles[-1][2] >= candles[-1][3] > 0


@check
def fetch_balance():
    balance = demo.fetch_balance()
    assert balance["USD"]["total"] > 0 and balance["BTC"]["total"] > 0
    assert balance["USD"]["used"] is not None


@check
def fetch_trading_fee():
    fee = demo.fetch_trading_fee(SYMBOL)
    assert 0 < fee["maker"] <= fee["taker"] < 0.01, fee


@check
def resting_order():
    price = passive(demo)
    order = demo.create_order(SYMBOL, "limit", "buy", 0.001, price)
    assert order["id"].startswith("O") and order["amount"] == 0.001, order
    fetched = demo.fetch_order(order["id"], SYMBOL)
    assert fetched["status"] == "open" and fetched["price"] == price, fetched
    assert fetched["filled"] == 0
    ids = [one["id"] for one in demo.fetch_open_orders(SYMBOL)]
    assert order["id"] in ids
    balance = demo.fetch_balance()
    assert balance["USD"]["used"] > 0
    demo.cancel_order(order["id"], SYMBOL)
    fetched = demo.fetch_order(order["id"], SYMBOL)
    assert fetched["status"] == "canceled", fetched


@check
def client_order_id():
    name = f"check-{int(time.time()) % 100000}"
    order = demo.create_order(SYMBOL, "limit", "buy", 0.001, passive(demo), {"clientOrderId": name})
    fetched = demo.fetch_order(order["id"], SYMBOL)
    assert fetched["clientOrderId"] == name, fetched
    demo.cancel_order("", SYMBOL, {"clientOrderId": name})


@check
def taking_order():
    order = demo.create_order(SYMBOL, "limit", "buy", 0.0005, taking(demo), {"timeInForce": "IOC"})
    fetched = demo.fetch_order(order["id"], SYMBOL)
    assert fetched["status"] == "closed" and fetched["filled"] == 0.0005, fetched
    assert fetched["average"] > 0 and float(fetched["fee"]["cost"]) > 0
    trades = [t for t in demo.fetch_my_trades(SYMBOL) if t["order"] == order["id"]]
    assert sum(t["amount"] for t in trades) == 0.0005, trades
    assert all(t["takerOrMaker"] == "taker" for t in trades)
    closed = [one["id"] for one in demo.fetch_closed_orders(SYMBOL)]
    assert order["id"] in closed


@check
def fill_or_kill():
    order = demo.create_order(SYMBOL, "limit", "buy", 0.0005, taking(demo), {"timeInForce": "FOK"})
    assert demo.fetch_order(order["id"])["status"] == "closed"


@check
def market_order():
    order = demo.create_order(SYMBOL, "market", "sell", 0.0005)
    fetched = demo.fetch_order(order["id"])
    assert fetched["status"] == "closed" and fetched["type"] == "market", fetched


@check
def market_order_with_cost():
    order = demo.create_market_buy_order_with_cost(SYMBOL, 50)
    fetched = demo.fetch_order(order["id"])
    assert fetched["status"] == "closed" and 45 < fetched["cost"] <= 50, fetched


@check
def post_only():
    order = demo.create_order(SYMBOL, "limit", "buy", 0.001, passive(demo), {"postOnly": True})
    fetched = demo.fetch_order(order["id"])
    assert fetched["postOnly"] and fetched["status"] == "open"
    demo.cancel_order(order["id"])
    refuses(
        ccxt.ExchangeError,
        demo.create_order,
        SYMBOL,
        "limit",
        "buy",
        0.001,
        taking(demo),
        {"postOnly": True},
    )


@check
def edit_order():
    order = demo.create_order(SYMBOL, "limit", "buy", 0.001, passive(demo))
    demo.edit_order(order["id"], SYMBOL, "limit", "buy", 0.002)
    assert demo.fetch_order(order["id"])["amount"] == 0.002
    demo.cancel_order(order["id"])


@check
def create_orders():
    one = {"symbol": SYMBOL, "type": "limit", "side": "buy", "amount": 0.001}
    price = passive(demo)
    orders = demo.create_orders([{**one, "price": price}, {**one, "price": price - 100}])
    assert len(orders) == 2
    demo.cancel_orders([order["id"] for order in orders])


@check
def cancel_all():
    demo.create_order(SYMBOL, "limit", "buy", 0.001, passive(demo))
    demo.cancel_all_orders()
    assert demo.fetch_open_orders() == []
    answer = demo.cancel_all_orders_after(60000)
    assert answer["result"]["triggerTime"] > answer["result"]["currentTime"]
    demo.cancel_all_orders_after(0)


@check
def funding():
    owner = client("owner")
    methods = owner.fetch_deposit_methods("BTC")
    assert methods[0]["method"] == "Bitcoin"
    address = owner.fetch_deposit_address("BTC")
    assert address["address"].startswith("sim-kraken-")
    key = {"key": address["address"]}
    sent = owner.withdraw("BTC", 0.01, address["address"], params=key)
    assert sent["id"]
    known = [row["id"] for row in owner.fetch_withdrawals("BTC")]
    assert sent["id"] in known
    refuses(
        ccxt.InvalidAddress, owner.withdraw, "BTC", 0.01, "somewhere-else", params={"key": "nobody"}
    )


@check
def refusals():
    far = passive(demo)
    refuses(ccxt.BadSymbol, demo.fetch_ticker, "NO/SUCH")
    refuses(ccxt.InvalidOrder, demo.create_order, SYMBOL, "limit", "buy", 0.00001, far)
    refuses(ccxt.InsufficientFunds, demo.create_order, SYMBOL, "limit", "buy", 900, far)
    refuses(ccxt.OrderNotFound, demo.cancel_order, "OAAAAA-AAAAA-AAAAAA")


@check
def keys():
    nobody = client(apiKey="nobody")
    refuses(ccxt.AuthenticationError, nobody.fetch_balance)
    # ccxt knows no class for Kraken's `EAPI:Invalid signature`.
    forged = client(secret="c2VjcmV0")
    refuses(ccxt.ExchangeError, forged.fetch_balance)


@check
def stale_nonce():
    stale = client()
    stale.incrementing_nonce = lambda: 1
    refuses(ccxt.InvalidNonce, stale.fetch_balance)


@check_limits
def rate_limit():
    def hammer():
        for _ in range(40):
            demo.fetch_balance()

    refuses(ccxt.DDoSProtection, hammer)


# MARK: Sockets


def subscribed(message):
    result = message.get("result") or {}
    return message.get("success") is True and result.get("channel") == "executions"


@check
async def watch_order_book():
    async with opened(client(library=ccxt.pro)) as exchange:
        for _ in range(20):
            book = await exchange.watch_order_book(SYMBOL, 10)
            assert len(book["bids"]) == 10 and book["bids"][0][0] < book["asks"][0][0]


@check
async def watch_trades():
    async with opened(client(library=ccxt.pro)) as exchange:
        found = await exchange.watch_trades(SYMBOL)
        assert found[-1]["price"] > 0


@check
async def watch_ticker():
    async with opened(client(library=ccxt.pro)) as exchange:
        found = await exchange.watch_ticker(SYMBOL)
        assert found["bid"] < found["ask"]


@check
async def watch_bids_asks():
    async with opened(client(library=ccxt.pro)) as exchange:
        found = await exchange.watch_bids_asks([SYMBOL])
        assert found[SYMBOL]["bid"] < found[SYMBOL]["ask"]


@check
async def watch_balance():
    async with opened(client(library=ccxt.pro)) as exchange:
        found = await exchange.watch_balance()
        assert found["USD"]["total"] > 0


@check
async def watch_orders():
    async with opened(client(library=ccxt.pro)) as exchange:
        await follows_orders(exchange, demo, subscribed)


@check
async def watch_my_trades():
    async with opened(client(library=ccxt.pro)) as exchange:
        async with following(exchange, exchange.watch_my_trades, subscribed):
            sent = await exchange.create_order_ws(SYMBOL, "market", "buy", 0.0005)
            assert sent["id"].startswith("O"), sent
            await until(lambda: sent["id"] in [one["order"] for one in exchange.myTrades or []])


@check
async def orders_by_socket():
    async with opened(client(library=ccxt.pro)) as exchange:
        price = passive(demo)
        sent = await exchange.create_order_ws(SYMBOL, "limit", "buy", 0.001, price)
        await exchange.edit_order_ws(sent["id"], SYMBOL, "limit", "buy", 0.002, price)
        await exchange.cancel_order_ws(sent["id"])
        try:
            await exchange.cancel_order_ws(sent["id"])
            raise AssertionError("cancelled twice")
        except ccxt.OrderNotFound:
            pass
        await exchange.cancel_all_orders_ws()


run()
