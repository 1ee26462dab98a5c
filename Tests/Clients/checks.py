"""What the checks of all venues share: the venue that is served, how a check runs, what it tells.

A script of checks reads the first line of `parallax venue NAME --json` on standard input. It says
`ok <name>` or `FAIL <name>: <why>` for each check and ends with status 1 when one failed. The
checks of rate limits want a venue that has them, the others one without: `--limits` runs the former
and nothing else.
"""

import asyncio
import contextlib
import json
import sys
import time

SYMBOL = "BTC/USD"

served = json.loads(sys.stdin.readline())
accounts = {account["account"]: account for account in served["accounts"]}

LIMITS = "--limits" in sys.argv[1:]
SECONDS = 90

_checks = []


# MARK: Running


def check(function):
    """Adds a function, or a coroutine function, to the checks; they run in the order of the file."""
    if not LIMITS:
        _checks.append(function)
    return function


def check_limits(function):
    """The same for a check of the venue's rate limits."""
    if LIMITS:
        _checks.append(function)
    return function


def run():
    """Runs the checks, reports each, and ends the program."""
    failed = 0
    for function in _checks:
        name = function.__name__.replace("_", " ")
        try:
            if asyncio.iscoroutinefunction(function):
                asyncio.run(asyncio.wait_for(function(), SECONDS))
            else:
                function()
            print(f"ok {name}", flush=True)
        except Exception as error:  # Whatever it was is the finding, and the others still run.
            failed += 1
            words = " ".join(f"{type(error).__name__}: {error}".split())
            print(f"FAIL {name}: {words[:600]}", flush=True)
    sys.exit(1 if failed else 0)


# MARK: Expecting


def refuses(kind, call, *arguments, **options):
    """Expects the call to raise exactly this class, and returns what it raised."""
    try:
        answer = call(*arguments, **options)
    except Exception as error:
        assert type(error) is kind, f"{type(error).__name__} instead of {kind.__name__}: {error}"
        return error
    raise AssertionError(f"taken, instead of {kind.__name__}: {answer}")


async def until(condition, task=None):
    """Waits until the condition holds; the check's own time limit ends it when it never does."""
    while not condition():
        if task is not None and task.done():
            task.result()
        await asyncio.sleep(0.02)


def eventually(call, seconds=30):
    """Calls until the answer is not empty, and returns it."""
    deadline = time.monotonic() + seconds
    while not (answer := call()) and time.monotonic() < deadline:
        time.sleep(0.2)
    return answer


# MARK: Trading


def passive(exchange, share=0.9, side="buy"):
    """A price at which an order rests: this share of the best bid, or as far above the best ask."""
    book = exchange.fetch_order_book(SYMBOL, 10)
    price = book["bids"][0][0] * share if side == "buy" else book["asks"][0][0] * (2 - share)
    return float(exchange.price_to_precision(SYMBOL, price))


def taking(exchange):
    """A price at which a bid takes what there is."""
    asks = exchange.fetch_order_book(SYMBOL, 10)["asks"]
    return float(exchange.price_to_precision(SYMBOL, asks[0][0] * 1.01))


@contextlib.asynccontextmanager
async def opened(exchange):
    """The exchange of ccxt.pro with its markets, closed at the end of the block."""
    try:
        await exchange.load_markets()
        yield exchange
    finally:
        await exchange.close()


def overhear(exchange):
    """The list of the messages that the exchange's sockets hand to it from now on."""
    messages = []
    handle = exchange.handle_message

    def note(client, message):
        messages.append(message)
        return handle(client, message)

    exchange.handle_message = note
    return messages


@contextlib.asynccontextmanager
async def following(exchange, watch, acknowledged):
    """Has the exchange watch, from the message on that tells it that it is subscribed.

    Orders that are made in the block are made after that, so none of their news can be missed.
    What comes is in the exchange's caches (`orders`, `myTrades`), also when a call to `watch`
    returned before: one call returns once, whatever number of messages arrived.
    """
    messages = overhear(exchange)
    task = asyncio.ensure_future(watch(SYMBOL))
    try:
        await until(lambda: any(acknowledged(message) for message in messages), task)
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def follows_orders(exchange, trader, acknowledged, resting="open"):
    """An order's life as the socket tells it: it rests, is cancelled; another one is filled.

    `trader` is the client without sockets; `resting` is what ccxt calls an order that rests.
    """

    async def told(order, status):
        def is_told():
            known = {each["id"]: each["status"] for each in exchange.orders or []}
            return order["id"] in known and known[order["id"]] == status

        try:
            await asyncio.wait_for(until(is_told), 10)
        except asyncio.TimeoutError:
            known = [(each["id"], each["status"]) for each in exchange.orders or []]
            raise AssertionError(f"not told that {order['id']} is {status}: {known}") from None

    async with following(exchange, exchange.watch_orders, acknowledged):
        order = await exchange.create_order(SYMBOL, "limit", "buy", 0.01, passive(trader))
        await told(order, resting)
        await exchange.cancel_order(order["id"], SYMBOL)
        await told(order, "canceled")
        taken = await exchange.create_order(SYMBOL, "limit", "buy", 0.001, taking(trader))
        await told(taken, "closed")
