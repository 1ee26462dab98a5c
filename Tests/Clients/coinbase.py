"""Lets the unmodified ccxt trade at the simulated Coinbase."""

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
    follows_orders,
    opened,
    passive,
    refuses,
    run,
    served,
    taking,
)


def client(account="demo", library=ccxt, **options):
    keys = {}
    if account:
        keys = {"apiKey": accounts[account]["key"], "secret": accounts[account]["secret"]}
    exchange = library.coinbase({**keys, "enableRateLimit": False, **options})
    exchange.urls["api"]["rest"] = served["rest"]
    if library is ccxt.pro:
        exchange.urls["api"]["ws"] = served["ws"]
    return exchange


public = client(None)
demo = client()


# MARK: REST


@check
def load_markets():
    markets = public.load_markets()
    market = markets[SYMBOL]
    assert market["precision"] == {"amount": 1e-8, "price": 0.01}, market["precision"]
    assert market["limits"]["cost"]["min"] == 1, market["limits"]
    assert market["active"] and market["spot"], "not active"
    assert "BTC" in public.currencies, "no currencies"


@check
def load_markets_with_fees():
    market = demo.load_markets()[SYMBOL]
    assert market["taker"] == 0.012 and market["maker"] == 0.006, (market["taker"], market["maker"])


@check
def fetch_time():
    assert abs(public.fetch_time() / 1000 - time.time()) < 5, "time is off"
    assert (
        abs(public.fetch_time({"method": "v3PublicGetBrokerageTime"}) / 1000 - time.time()) < 5
    ), ""


@check
def fetch_order_book():
    book = public.fetch_order_book(SYMBOL, 10)
    assert len(book["bids"]) == 10 and len(book["asks"]) == 10, "depth"
    assert book["bids"][0][0] < book["asks"][0][0], "crossed"
    book = demo.fetch_order_book(SYMBOL, 10, {"usePrivate": True})
    assert len(book["bids"]) == 10, "private depth"


@check
def fetch_trades():
    trades = eventually(lambda: public.fetch_trades(SYMBOL, limit=5))
    assert trades and trades[0]["price"] > 0 and trades[0]["side"] in ("buy", "sell"), trades


@check
def fetch_tickers():
    ticker = public.fetch_ticker(SYMBOL)
    assert ticker["bid"] < ticker["ask"] and ticker["last"] > 0, ticker
    assert SYMBOL in public.fetch_tickers(), "no tickers"
    assert demo.fetch_bids_asks([SYMBOL])[SYMBOL]["bid"] > 0, "no best bid"


@check
def fetch_ohlcv():
    candles = public.fetch_ohlcv(SYMBOL, "1m", limit=10)
    assert candles and len(candles[-1]) == 6, candles


@check
def fetch_balance():
    for options in ({}, {"v3": True}):
        balance = demo.fetch_balance(options)
        assert balance["USD"]["total"] > 1000 and balance["BTC"]["total"] > 0, balance


@check
def fetch_accounts():
    assert any(account["code"] == "BTC" for account in demo.fetch_accounts()), "no account"
    assert demo.fetch_portfolios()[0]["type"] == "DEFAULT", "no portfolio"


@check
def fetch_trading_fees():
    assert demo.fetch_trading_fees()[SYMBOL]["taker"] == 0.012, "taker"


@check
def resting_order():
    order = demo.create_order(SYMBOL, "limit", "buy", 0.001, passive(demo))
    known = demo.fetch_order(order["id"])
    assert known["status"] == "open" and known["timeInForce"] == "GTC", known
    assert known["amount"] == 0.001 and known["filled"] == 0, known
    assert order["id"] in [each["id"] for each in demo.fetch_open_orders(SYMBOL)], "not open"
    held = demo.fetch_balance({"v3": True})["USD"]["used"]
    assert held > 0, f"nothing on hold: {held}"
    price = passive(demo, 0.7)
    demo.edit_order(order["id"], SYMBOL, "limit", "buy", 0.002, price)
    known = demo.fetch_order(order["id"])
    assert known["price"] == price and known["amount"] == 0.002, known
    demo.cancel_order(order["id"])
    assert demo.fetch_order(order["id"])["status"] == "canceled", "not cancelled"
    refuses(ccxt.BadRequest, demo.cancel_order, order["id"])
    assert order["id"] in [each["id"] for each in demo.fetch_canceled_orders(SYMBOL)], "no list"


@check
def time_in_force():
    for words in ("IOC", "FOK"):
        order = demo.create_order(
            SYMBOL, "limit", "buy", 0.001, taking(demo), {"timeInForce": words}
        )
        known = demo.fetch_order(order["id"])
        assert known["status"] == "closed" and known["filled"] == 0.001, known
        assert float(known["fee"]["cost"]) > 0 and known["timeInForce"] == words, known
        order = demo.create_order(
            SYMBOL, "limit", "buy", 0.001, passive(demo), {"timeInForce": words}
        )
        assert demo.fetch_order(order["id"])["status"] == "canceled", "did not end"


@check
def market_orders():
    order = demo.create_order(SYMBOL, "market", "buy", 0, None, {"cost": 50})
    known = demo.fetch_order(order["id"])
    assert known["status"] == "closed" and 0 < known["cost"] <= 50, known
    order = demo.create_order(SYMBOL, "market", "sell", 0.001)
    known = demo.fetch_order(order["id"])
    assert known["status"] == "closed" and known["filled"] == 0.001, known


@check
def post_only():
    order = demo.create_order(SYMBOL, "limit", "buy", 0.001, passive(demo), {"postOnly": True})
    assert demo.fetch_order(order["id"])["postOnly"] is True, "not post-only"
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
def expiring_and_stop_orders():
    until = demo.iso8601(demo.milliseconds() + 60_000)
    options = {"timeInForce": "GTD", "end_time": until}
    order = demo.create_order(SYMBOL, "limit", "buy", 0.001, passive(demo), options)
    assert demo.fetch_order(order["id"])["timeInForce"] == "GTD", "not GTD"
    demo.cancel_order(order["id"])
    order = demo.create_order(
        SYMBOL, "limit", "sell", 0.001, passive(demo), {"stopLossPrice": passive(demo, 0.85)}
    )
    known = demo.fetch_order(order["id"])
    assert known["status"] == "open" and known["triggerPrice"] > 0, known
    demo.cancel_order(order["id"])


@check
def preview():
    demo.create_order(SYMBOL, "limit", "buy", 0.001, passive(demo), {"preview": True})


@check
def fetch_my_trades():
    trades = demo.fetch_my_trades(SYMBOL)
    assert trades[0]["fee"]["cost"] > 0 and trades[0]["takerOrMaker"] == "taker", trades[0]
    assert len(demo.fetch_my_trades(SYMBOL, limit=2)) == 2, "limit"
    closed = demo.fetch_closed_orders(SYMBOL)
    assert closed and all(order["status"] == "closed" for order in closed), closed
    assert len(demo.fetch_orders(SYMBOL)) > len(closed), "orders"


@check
def funding():
    owner = client("owner")
    account = owner.find_account_id("USDC") or owner.find_account_id("USDT")
    code = "USDC" if owner.find_account_id("USDC") else "USDT"
    listed = owner.fetch_deposit_addresses([code], {"accountId": account})
    assert any("solana" in address["address"] for address in listed), listed
    made = owner.create_deposit_address("BTC", {"account_id": owner.find_account_id("BTC")})
    assert made["address"].startswith("sim-coinbase-"), made
    sent = owner.withdraw("BTC", 0.01, "sim-kraken-1-BTC-bitcoin", {"network": "bitcoin"})
    assert sent["status"] == "pending" and sent["currency"] == "BTC", sent
    found = owner.fetch_deposits_withdrawals("BTC")
    assert sent["id"] in [each["id"] for each in found], found
    refuses(ccxt.PermissionDenied, client("reader").create_order, SYMBOL, "limit", "buy", 1, 1)


@check
def keys():
    wrong = client()
    wrong.secret = accounts["second"]["secret"]
    refuses(ccxt.AuthenticationError, wrong.fetch_balance)
    wrong = client()
    wrong.apiKey += "0"
    refuses(ccxt.AuthenticationError, wrong.fetch_balance)
    wrong = client()
    wrong.seconds = lambda: int(time.time()) + 60
    refuses(ccxt.AuthenticationError, wrong.fetch_balance)


@check
def refusals():
    place = demo.create_order
    refuses(ccxt.InsufficientFunds, place, SYMBOL, "limit", "buy", 3000, passive(demo))
    refuses(ccxt.BadSymbol, place, "XYZ/USD", "limit", "buy", 1, 1)
    refuses(ccxt.ExchangeError, place, SYMBOL, "limit", "buy", 0.00000001, passive(demo))
    refuses(ccxt.ExchangeError, demo.fetch_order, "nothing")


@check_limits
def rate_limit():
    fast = client(None)
    fast.markets = public.markets
    fast.markets_by_id = public.markets_by_id

    def burst():
        for _ in range(40):
            fast.fetch_order_book(SYMBOL, 1)

    refuses(ccxt.RateLimitExceeded, burst)


# MARK: Sockets


def subscribed(message):
    return message.get("channel") == "subscriptions"


@check
async def watch_order_book():
    async with opened(client(library=ccxt.pro)) as exchange:
        book = await exchange.watch_order_book(SYMBOL)
        assert len(book["bids"]) > 20 and book["bids"][0][0] < book["asks"][0][0]
        for _ in range(20):
            book = await exchange.watch_order_book(SYMBOL)
            assert book["bids"][0][0] < book["asks"][0][0], "crossed"
        rest = await exchange.fetch_order_book(SYMBOL, 5)
        assert abs(rest["bids"][0][0] - book["bids"][0][0]) < rest["bids"][0][0] * 0.01
        await exchange.un_watch_order_book(SYMBOL)


@check
async def watch_trades():
    async with opened(client(library=ccxt.pro)) as exchange:
        trades = await exchange.watch_trades(SYMBOL)
        assert trades and trades[-1]["price"] > 0, trades
        await exchange.watch_trades(SYMBOL)


@check
async def watch_tickers():
    async with opened(client(library=ccxt.pro)) as exchange:
        ticker = await exchange.watch_ticker(SYMBOL)
        assert ticker["bid"] < ticker["ask"], ticker
        assert SYMBOL in await exchange.watch_tickers([SYMBOL])


@check
async def watch_orders():
    async with opened(client(library=ccxt.pro)) as exchange:
        await follows_orders(exchange, demo, subscribed)


@check
async def wrong_key():
    # ccxt raises on such a frame where nobody waits for it: in the event loop.
    raised = asyncio.get_running_loop().create_future()

    def note(_, context):
        if not raised.done():
            raised.set_result(context.get("exception"))

    asyncio.get_running_loop().set_exception_handler(note)
    async with opened(client(library=ccxt.pro)) as exchange:
        exchange.secret = accounts["second"]["secret"]
        waiting = asyncio.ensure_future(exchange.watch_orders())
        error = await raised
        waiting.cancel()
        assert type(error) is ccxt.ExchangeError, error
        assert "authentication failure" in str(error), error


run()
