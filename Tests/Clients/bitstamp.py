"""Lets the unmodified ccxt trade at the simulated Bitstamp."""

import asyncio
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
    overhear,
    passive,
    refuses,
    run,
    served,
    taking,
    until,
)


def client(account="demo", library=ccxt, **options):
    keys = accounts[account]
    exchange = library.bitstamp(
        {"apiKey": keys["key"], "secret": keys["secret"], "enableRateLimit": False, **options}
    )
    exchange.urls["api"] = {
        "public": served["rest"] + "/api",
        "private": served["rest"] + "/api",
        "ws": served["ws"],
    }
    return exchange


demo = client()


# MARK: REST


@check
def load_markets():
    markets = demo.load_markets()
    market = markets[SYMBOL]
    assert market["spot"] and market["active"] and market["id"] == "btcusd", market
    assert market["precision"]["price"] > 0 and market["limits"]["cost"]["min"] > 0, market
    assert demo.currencies["BTC"]["precision"] == 1e-8


@check
def fetch_order_book():
    book = demo.fetch_order_book(SYMBOL)
    assert book["bids"][0][0] < book["asks"][0][0], (book["bids"][0], book["asks"][0])
    age = time.time() - book["nonce"] / 1e6
    assert 0 <= age < 5, f"{age} seconds old"


@check
def fetch_ticker():
    ticker = demo.fetch_ticker(SYMBOL)
    assert ticker["bid"] < ticker["ask"], ticker
    tickers = demo.fetch_tickers()
    assert tickers[SYMBOL]["symbol"] == SYMBOL


@check
def fetch_trades():
    # Makes a trade first, so that there is one.
    demo.create_order(SYMBOL, "market", "buy", 0.001)
    trades = demo.fetch_trades(SYMBOL)
    assert trades and trades[-1]["side"] in ("buy", "sell") and trades[-1]["price"] > 0
    candles = demo.fetch_ohlcv(SYMBOL, "1m", None, 10)
    assert candles and candles[-1][5] > 0, candles


@check
def unknown_symbol():
    refuses(ccxt.BadSymbol, demo.fetch_order_book, "NO/PAIR")
    refuses(ccxt.ExchangeError, demo.public_get_order_book_pair, {"pair": "nopair"})


@check
def fetch_balance():
    balance = demo.fetch_balance()
    assert balance["USD"]["free"] > 0 and balance["BTC"]["total"] > 0, balance


@check
def fetch_trading_fees():
    fees = demo.fetch_trading_fees()
    assert fees[SYMBOL]["taker"] > 0, fees
    one = demo.fetch_trading_fee(SYMBOL)
    assert one["maker"] >= 0 and one["symbol"] == SYMBOL, one
    demo.fetch_deposit_withdraw_fees(["BTC"])


@check
def resting_order():
    given = {"clientOrderId": f"check-{time.time_ns()}"}
    order = demo.create_order(SYMBOL, "limit", "buy", 0.01, passive(demo), given)
    assert order["side"] == "buy", order
    assert order["clientOrderId"] == given["clientOrderId"], order
    found = demo.fetch_order(order["id"], SYMBOL)
    assert found["status"] == "open" and found["id"] == order["id"], found
    assert demo.fetch_order("", SYMBOL, given)["id"] == order["id"]
    # The list is kept for ten seconds.
    own = lambda: [one for one in demo.fetch_open_orders(SYMBOL) if one["id"] == order["id"]]
    assert eventually(own, 15)
    edited = demo.edit_order(order["id"], SYMBOL, "limit", "buy", 0.02, passive(demo, 0.88))
    assert edited["id"] == order["id"] and edited["amount"] == 0.02, edited
    cancelled = demo.cancel_order(order["id"], SYMBOL)
    assert cancelled["id"] == order["id"] and cancelled["amount"] == 0.02, cancelled
    assert demo.fetch_order(order["id"], SYMBOL)["status"] == "canceled"
    refuses(ccxt.OrderNotFound, demo.cancel_order, order["id"], SYMBOL)
    refuses(ccxt.OrderNotFound, demo.fetch_order, "1", SYMBOL)


@check
def cancel_all_orders():
    for share in (0.9, 0.89):
        demo.create_order(SYMBOL, "limit", "sell", 0.01, passive(demo, share, "sell"))
    assert len(demo.cancel_all_orders(SYMBOL)) == 2
    assert demo.cancel_all_orders() == []


@check
def time_in_force():
    through = taking(demo)
    away = passive(demo)
    for price, flag, status in (
        (through, "ioc_order", "closed"),
        (away, "ioc_order", "canceled"),
        (through, "fok_order", "closed"),
        (away, "fok_order", "canceled"),
        (through, "moc_order", "canceled"),
        (away, "moc_order", "open"),
        (away, "daily_order", "open"),
    ):
        order = demo.create_order(SYMBOL, "limit", "buy", 0.001, price, {flag: True})
        found = demo.fetch_order(order["id"], SYMBOL)
        assert found["status"] == status, (flag, price, found)
        if status == "closed":
            assert found["filled"] == 0.001 and found["trades"][0]["fee"]["cost"] > 0, found
    demo.cancel_all_orders()


@check
def market_orders():
    order = demo.create_order(SYMBOL, "market", "sell", 0.001)
    found = demo.fetch_order(order["id"], SYMBOL)
    assert found["status"] == "closed" and found["filled"] == 0.001, found
    order = demo.create_order(SYMBOL, "instant", "buy", 50)
    found = demo.fetch_order(order["id"], SYMBOL)
    assert found["status"] == "closed" and 49 < found["cost"] <= 50, found


@check
def fetch_my_trades():
    trades = demo.fetch_my_trades(SYMBOL)
    assert trades and trades[-1]["symbol"] == SYMBOL, trades
    assert {trade["side"] for trade in trades} == {"buy", "sell"}
    assert all(trade["price"] > 100 and trade["amount"] > 0 for trade in trades), trades
    for trade in demo.fetch_my_trades():
        assert trade["symbol"] == SYMBOL, trade
    assert demo.fetch_ledger()


@check
def refusals():
    buy = demo.create_order
    price = passive(demo)
    refuses(ccxt.InvalidOrder, buy, SYMBOL, "limit", "buy", 0.00001, price)
    refuses(ccxt.InsufficientFunds, buy, SYMBOL, "limit", "buy", 1000, price)
    refuses(ccxt.InsufficientFunds, buy, SYMBOL, "limit", "sell", 1000, price * 1.2)
    refuses(ccxt.InvalidOrder, buy, SYMBOL, "limit", "buy", 0.01, price * 2)
    # Of the two reasons ccxt looks at the empty one only, so it does not know the class.
    precise = {"pair": "btcusd", "amount": "0.010000001", "price": "20000"}
    error = refuses(ccxt.ExchangeError, demo.private_post_buy_pair, precise)
    assert "no more than 8 decimal places" in str(error), error


@check
def wrong_keys():
    broken = client()
    broken.secret = "x" * 32
    refuses(ccxt.AuthenticationError, broken.fetch_balance)
    broken.apiKey = "y" * 32
    refuses(ccxt.AuthenticationError, broken.fetch_balance)
    broken.apiKey = "short"
    refuses(ccxt.AuthenticationError, broken.fetch_balance)


@check
def used_nonce():
    stuck = client()
    stuck.load_markets()
    nonce = stuck.uuid()
    stuck.uuid = lambda: nonce
    stuck.fetch_balance()
    refuses(ccxt.InvalidNonce, stuck.fetch_balance)


@check
def stale_timestamp():
    late = client()
    late.load_markets()
    late.milliseconds = lambda: int(time.time() * 1000) - 151_000
    error = refuses(ccxt.ExchangeError, late.fetch_balance)
    assert "API0017" in str(error), error


@check
def permissions():
    reader = client("reader")
    reader.fetch_balance()
    price = passive(demo)
    refuses(ccxt.PermissionDenied, reader.create_order, SYMBOL, "limit", "buy", 0.01, price)
    refuses(ccxt.PermissionDenied, reader.withdraw, "BTC", 0.1, "sim-x-0-BTC-bitcoin")


@check
def transfers():
    owner = client("owner")
    owner.load_markets()
    address = owner.fetch_deposit_address("BTC", {"network": "bitcoin"})
    assert address["address"].startswith("sim-bitstamp-"), address
    made = owner.withdraw("BTC", 0.1, "sim-kraken-0-BTC-bitcoin")
    listed = owner.fetch_withdrawals("BTC")
    assert made["id"] in [entry["id"] for entry in listed], listed
    assert listed[0]["status"] == "pending" and listed[0]["amount"] == 0.1, listed
    moves = owner.fetch_deposits_withdrawals("BTC")
    assert moves and moves[-1]["type"] == "withdrawal", moves
    refuses(ccxt.InsufficientFunds, owner.withdraw, "BTC", 9999, "sim-kraken-0-BTC-bitcoin")


# MARK: Sockets


def subscribed(message):
    return message.get("event") == "bts:subscription_succeeded"


@check
async def watch_order_book():
    async with opened(client(library=ccxt.pro)) as exchange:
        for _ in range(8):
            book = await exchange.watch_order_book(SYMBOL)
            assert book["bids"][0][0] < book["asks"][0][0], (book["bids"][0], book["asks"][0])
        # The cached book of REST catches up with the socket's within two seconds.
        stamp = book["nonce"]
        assert eventually(lambda: demo.fetch_order_book(SYMBOL)["nonce"] >= stamp, 5)
        await exchange.un_watch_order_book(SYMBOL)


@check
async def watch_trades():
    async with opened(client(library=ccxt.pro)) as exchange:
        async with following(exchange, exchange.watch_trades, subscribed) as task:
            demo.create_order(SYMBOL, "market", "buy", 0.001)
            trades = await task
            assert trades[-1]["amount"] > 0 and trades[-1]["symbol"] == SYMBOL, trades


@check
async def watch_orders():
    async with opened(client(library=ccxt.pro)) as exchange:
        # ccxt has no word for an order that rests.
        await follows_orders(exchange, demo, subscribed, resting=None)


@check
async def watch_my_trades():
    async with opened(client(library=ccxt.pro)) as exchange:
        async with following(exchange, exchange.watch_my_trades, subscribed):
            made = await exchange.create_order(SYMBOL, "market", "sell", 0.001)

            def own():
                return [one for one in exchange.myTrades or [] if one["order"] == made["id"]]

            await until(own)
            assert own()[0]["side"] == "sell" and own()[0]["fee"]["cost"] > 0, own()


@check
async def wrong_token():
    async with opened(client(library=ccxt.pro)) as exchange:
        exchange.options["expiresIn"] = int(time.time() * 1000) + 60_000
        exchange.options["userId"] = "1"
        exchange.options["wsSessionToken"] = "nothing"
        # ccxt throws this while it reads the frame; the socket ends for whoever waits.
        messages = overhear(exchange)
        task = asyncio.ensure_future(exchange.watch_orders(SYMBOL))
        await until(lambda: messages)
        assert messages[0]["event"] == "bts:error" and messages[0]["data"]["code"] == 4009, messages
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@check_limits
async def rate_limit():
    # 400 a second where calls come that fast, and otherwise 10,000 in ten minutes.
    async with opened(client("second", ccxt.pro, timeout=30000)) as quick:
        refused = []
        while not refused:
            calls = [quick.public_get_ticker_pair({"pair": "btcusd"}) for _ in range(500)]
            answers = await asyncio.gather(*calls, return_exceptions=True)
            refused = [answer for answer in answers if isinstance(answer, Exception)]
        # ccxt knows the former by its status, and not the code 400.002 of the latter.
        for error in refused:
            known = type(error) is ccxt.RateLimitExceeded or "400.002" in str(error)
            assert known, f"{type(error).__name__}: {error}"


run()
