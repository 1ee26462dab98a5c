"""Drives a simulated Coinbase with unmodified ccxt.

Reads the first line of `parallax venue coinbase --json` on standard input, runs every check, prints
one line for each, and ends with status 1 if one failed.
"""

import asyncio
import json
import sys
import time

import ccxt
import ccxt.pro

SYMBOL = "BTC/USD"
failures = 0


def check(name):
    """Marks a function as a check; it is run at once and reported."""

    def run(function):
        global failures
        try:
            function()
            print(f"ok {name}", flush=True)
        except Exception as error:  # Every failure is reported, and the others still run.
            failures += 1
            print(f"FAIL {name}: {type(error).__name__}: {error}"[:600], flush=True)

    return run


def check_socket(name, limit=20):
    """The same for a coroutine, with a limit in seconds."""

    def run(function):
        check(name)(lambda: asyncio.run(asyncio.wait_for(function(), limit)))

    return run


def expect(condition, what):
    if not condition:
        raise AssertionError(what)


def raises(kind, function):
    try:
        function()
    except Exception as error:
        expect(type(error) is kind, f"{type(error).__name__} instead of {kind.__name__}: {error}")
        return
    raise AssertionError(f"no {kind.__name__}")


served = json.loads(sys.stdin.readline())
accounts = {account["account"]: account for account in served["accounts"]}


def client(name="demo", library=ccxt, **options):
    settings = {"timeout": 10_000, **options}
    if name:
        settings["apiKey"] = accounts[name]["key"]
        settings["secret"] = accounts[name]["secret"]
    exchange = library.coinbase(settings)
    exchange.urls["api"]["rest"] = served["rest"]
    if library is ccxt.pro:
        exchange.urls["api"]["ws"] = served["ws"]
    return exchange


public = client(None)
demo = client()


@check("load_markets")
def _():
    markets = public.load_markets()
    market = markets[SYMBOL]
    expect(market["precision"] == {"amount": 1e-8, "price": 0.01}, market["precision"])
    expect(market["limits"]["cost"]["min"] == 1, market["limits"])
    expect(market["active"] and market["spot"], "not active")
    expect("BTC" in public.currencies, "no currencies")


@check("load_markets with a key takes the fees of the account")
def _():
    market = demo.load_markets()[SYMBOL]
    expect(market["taker"] == 0.012 and market["maker"] == 0.006, (market["taker"], market["maker"]))


@check("fetch_time")
def _():
    expect(abs(public.fetch_time() / 1000 - time.time()) < 5, "time is off")
    expect(abs(public.fetch_time({"method": "v3PublicGetBrokerageTime"}) / 1000 - time.time()) < 5, "")


@check("fetch_order_book")
def _():
    book = public.fetch_order_book(SYMBOL, 10)
    expect(len(book["bids"]) == 10 and len(book["asks"]) == 10, "depth")
    expect(book["bids"][0][0] < book["asks"][0][0], "crossed")
    book = demo.fetch_order_book(SYMBOL, 10, {"usePrivate": True})
    expect(len(book["bids"]) == 10, "private depth")


@check("fetch_trades")
def _():
    for _ in range(60):
        trades = public.fetch_trades(SYMBOL, limit=5)
        if trades:
            break
        time.sleep(1)
    expect(trades and trades[0]["price"] > 0 and trades[0]["side"] in ("buy", "sell"), trades)


@check("fetch_ticker and fetch_tickers")
def _():
    ticker = public.fetch_ticker(SYMBOL)
    expect(ticker["bid"] < ticker["ask"] and ticker["last"] > 0, ticker)
    expect(SYMBOL in public.fetch_tickers(), "no tickers")
    expect(demo.fetch_bids_asks([SYMBOL])[SYMBOL]["bid"] > 0, "no best bid")


@check("fetch_ohlcv")
def _():
    candles = public.fetch_ohlcv(SYMBOL, "1m", limit=10)
    expect(candles and len(candles[-1]) == 6, candles)


@check("fetch_balance, old and new")
def _():
    for options in ({}, {"v3": True}):
        balance = demo.fetch_balance(options)
        expect(balance["USD"]["total"] > 1000 and balance["BTC"]["total"] > 0, balance)


@check("fetch_accounts and fetch_portfolios")
def _():
    expect(any(account["code"] == "BTC" for account in demo.fetch_accounts()), "no account")
    expect(demo.fetch_portfolios()[0]["type"] == "DEFAULT", "no portfolio")


@check("fetch_trading_fees")
def _():
    expect(demo.fetch_trading_fees()[SYMBOL]["taker"] == 0.012, "taker")


def low(share=0.8):
    return float(demo.price_to_precision(SYMBOL, demo.fetch_ticker(SYMBOL)["bid"] * share))


@check("create_order, fetch_order, fetch_open_orders, edit_order, cancel_order")
def _():
    order = demo.create_order(SYMBOL, "limit", "buy", 0.001, low())
    known = demo.fetch_order(order["id"])
    expect(known["status"] == "open" and known["timeInForce"] == "GTC", known)
    expect(known["amount"] == 0.001 and known["filled"] == 0, known)
    expect(order["id"] in [each["id"] for each in demo.fetch_open_orders(SYMBOL)], "not open")
    held = demo.fetch_balance({"v3": True})["USD"]["used"]
    expect(held > 0, f"nothing on hold: {held}")
    price = low(0.7)
    demo.edit_order(order["id"], SYMBOL, "limit", "buy", 0.002, price)
    known = demo.fetch_order(order["id"])
    expect(known["price"] == price and known["amount"] == 0.002, known)
    demo.cancel_order(order["id"])
    expect(demo.fetch_order(order["id"])["status"] == "canceled", "not cancelled")
    raises(ccxt.BadRequest, lambda: demo.cancel_order(order["id"]))
    expect(order["id"] in [each["id"] for each in demo.fetch_canceled_orders(SYMBOL)], "no list")


@check("IOC and FOK take or end")
def _():
    ask = demo.fetch_order_book(SYMBOL, 1)["asks"][0][0]
    price = float(demo.price_to_precision(SYMBOL, ask * 1.01))
    for words in ("IOC", "FOK"):
        order = demo.create_order(SYMBOL, "limit", "buy", 0.001, price, {"timeInForce": words})
        known = demo.fetch_order(order["id"])
        expect(known["status"] == "closed" and known["filled"] == 0.001, known)
        expect(known["fee"]["cost"] > 0 and known["timeInForce"] == words, known)
        order = demo.create_order(SYMBOL, "limit", "buy", 0.001, low(), {"timeInForce": words})
        expect(demo.fetch_order(order["id"])["status"] == "canceled", "did not end")


@check("market orders by cost and by amount")
def _():
    order = demo.create_order(SYMBOL, "market", "buy", 0, None, {"cost": 50})
    known = demo.fetch_order(order["id"])
    expect(known["status"] == "closed" and 0 < known["cost"] <= 50, known)
    order = demo.create_order(SYMBOL, "market", "sell", 0.001)
    known = demo.fetch_order(order["id"])
    expect(known["status"] == "closed" and known["filled"] == 0.001, known)


@check("post-only rests or is refused")
def _():
    order = demo.create_order(SYMBOL, "limit", "buy", 0.001, low(), {"postOnly": True})
    expect(demo.fetch_order(order["id"])["postOnly"] is True, "not post-only")
    demo.cancel_order(order["id"])
    price = float(demo.price_to_precision(SYMBOL, low(1.5)))
    place = lambda: demo.create_order(SYMBOL, "limit", "buy", 0.001, price, {"postOnly": True})
    raises(ccxt.ExchangeError, place)


@check("GTD and stop orders")
def _():
    until = demo.iso8601(demo.milliseconds() + 60_000)
    options = {"timeInForce": "GTD", "end_time": until}
    order = demo.create_order(SYMBOL, "limit", "buy", 0.001, low(), options)
    expect(demo.fetch_order(order["id"])["timeInForce"] == "GTD", "not GTD")
    demo.cancel_order(order["id"])
    order = demo.create_order(SYMBOL, "limit", "sell", 0.001, low(), {"stopLossPrice": low(0.85)})
    known = demo.fetch_order(order["id"])
    expect(known["status"] == "open" and known["triggerPrice"] > 0, known)
    demo.cancel_order(order["id"])


@check("preview")
def _():
    demo.create_order(SYMBOL, "limit", "buy", 0.001, low(), {"preview": True})


@check("fetch_my_trades, fetch_closed_orders, fetch_orders")
def _():
    trades = demo.fetch_my_trades(SYMBOL)
    expect(trades[0]["fee"]["cost"] > 0 and trades[0]["takerOrMaker"] == "taker", trades[0])
    expect(len(demo.fetch_my_trades(SYMBOL, limit=2)) == 2, "limit")
    closed = demo.fetch_closed_orders(SYMBOL)
    expect(closed and all(order["status"] == "closed" for order in closed), closed)
    expect(len(demo.fetch_orders(SYMBOL)) > len(closed), "orders")


@check("deposit addresses, withdrawals")
def _():
    owner = client("owner")
    account = owner.find_account_id("USDC") or owner.find_account_id("USDT")
    code = "USDC" if owner.find_account_id("USDC") else "USDT"
    listed = owner.fetch_deposit_addresses([code], {"accountId": account})
    expect(any("solana" in address["address"] for address in listed), listed)
    made = owner.create_deposit_address("BTC", {"account_id": owner.find_account_id("BTC")})
    expect(made["address"].startswith("sim-coinbase-"), made)
    sent = owner.withdraw("BTC", 0.01, "sim-kraken-1-BTC-bitcoin", None, {"network": "bitcoin"})
    expect(sent["status"] == "pending" and sent["currency"] == "BTC", sent)
    found = owner.fetch_deposits_withdrawals("BTC")
    expect(sent["id"] in [each["id"] for each in found], found)
    raises(ccxt.PermissionDenied, lambda: client("reader").create_order(SYMBOL, "limit", "buy", 1, 1))


@check("a wrong signature, key, or clock raises AuthenticationError")
def _():
    wrong = client()
    wrong.secret = accounts["second"]["secret"]
    raises(ccxt.AuthenticationError, wrong.fetch_balance)
    wrong = client()
    wrong.apiKey += "0"
    raises(ccxt.AuthenticationError, wrong.fetch_balance)
    wrong = client()
    wrong.seconds = lambda: int(time.time()) + 60
    raises(ccxt.AuthenticationError, wrong.fetch_balance)


@check("refused orders raise what they raise at the real venue")
def _():
    place = demo.create_order
    raises(ccxt.InsufficientFunds, lambda: place(SYMBOL, "limit", "buy", 3000, low()))
    raises(ccxt.BadSymbol, lambda: place("XYZ/USD", "limit", "buy", 1, 1))
    raises(ccxt.ExchangeError, lambda: place(SYMBOL, "limit", "buy", 0.00000001, low()))
    raises(ccxt.ExchangeError, lambda: demo.fetch_order("nothing"))


@check("too many requests raise RateLimitExceeded")
def _():
    fast = client(None, enableRateLimit=False)
    fast.markets = public.markets
    fast.markets_by_id = public.markets_by_id

    def burst():
        for _ in range(40):
            fast.fetch_order_book(SYMBOL, 1)

    raises(ccxt.RateLimitExceeded, burst)
    time.sleep(2)


async def with_client(function):
    exchange = client("demo", ccxt.pro)
    try:
        await exchange.load_markets()
        return await function(exchange)
    finally:
        await exchange.close()


@check_socket("watch_order_book is the whole book, and follows it")
async def _():
    async def run(exchange):
        book = await exchange.watch_order_book(SYMBOL)
        expect(len(book["bids"]) > 20 and book["bids"][0][0] < book["asks"][0][0], "book")
        for _ in range(20):
            book = await exchange.watch_order_book(SYMBOL)
            expect(book["bids"][0][0] < book["asks"][0][0], "crossed")
        rest = await exchange.fetch_order_book(SYMBOL, 5)
        expect(abs(rest["bids"][0][0] - book["bids"][0][0]) < rest["bids"][0][0] * 0.01, "far off")

    await with_client(run)


@check_socket("watch_trades", 60)
async def _():
    async def run(exchange):
        trades = await exchange.watch_trades(SYMBOL)
        expect(trades and trades[-1]["price"] > 0, trades)
        await exchange.watch_trades(SYMBOL)

    await with_client(run)


@check_socket("watch_ticker and watch_tickers")
async def _():
    async def run(exchange):
        ticker = await exchange.watch_ticker(SYMBOL)
        expect(ticker["bid"] < ticker["ask"], ticker)
        expect(SYMBOL in await exchange.watch_tickers([SYMBOL]), "no batch")

    await with_client(run)


@check_socket("watch_orders")
async def _():
    async def run(exchange):
        await exchange.watch_orders()
        price = low()
        order = await exchange.create_order(SYMBOL, "limit", "buy", 0.001, price)
        while True:
            orders = await exchange.watch_orders()
            mine = [each for each in orders if each["id"] == order["id"]]
            if mine and mine[-1]["status"] == "open":
                break
        await exchange.cancel_order(order["id"])
        while True:
            orders = await exchange.watch_orders()
            mine = [each for each in orders if each["id"] == order["id"]]
            if mine and mine[-1]["status"] == "canceled":
                break

    await with_client(run)


@check_socket("watch_orders with a wrong key is refused")
async def _():
    exchange = client("demo", ccxt.pro)
    try:
        await exchange.load_markets()
        exchange.secret = accounts["second"]["secret"]
        await exchange.watch_orders()
    except ccxt.ExchangeError as error:
        expect("authentication failure" in str(error), error)
    else:
        raise AssertionError("accepted")
    finally:
        await exchange.close()


@check_socket("un_watch_order_book")
async def _():
    async def run(exchange):
        await exchange.watch_order_book(SYMBOL)
        await exchange.un_watch_order_book(SYMBOL)

    await with_client(run)


sys.exit(1 if failures else 0)
