#!/usr/bin/env python3
"""Drives a simulated Bitstamp with the unmodified ccxt.

Takes the first line of `parallax venue bitstamp --json` on standard input; prints one line a
check, and exits with 1 when one fails. Needs nothing but Python's own library and ccxt.
"""

import asyncio
import json
import sys
import time

import ccxt
import ccxt.pro

SYMBOL = 'BTC/USD'


class Checks:
    """Runs checks one after the other and keeps count of those that fail."""

    def __init__(self):
        self.failed = 0

    async def run(self, name, check):
        try:
            await asyncio.wait_for(check(), 60)
            print(f'ok {name}', flush=True)
        except Exception as error:  # noqa: BLE001 - whatever it was, it is what is reported
            self.failed += 1
            words = ' '.join(f'{type(error).__name__}: {error}'.split())
            print(f'FAIL {name}: {words[:600]}', flush=True)


async def refused(kind, call):
    """Expects exactly this class of ccxt's errors."""
    try:
        answer = await call
    except ccxt.BaseError as error:
        assert type(error) is kind, f'{type(error).__name__} instead of {kind.__name__}: {error}'
        return error
    raise AssertionError(f'taken, instead of {kind.__name__}: {answer}')


def client(served, account):
    keys = {entry['account']: entry for entry in served['accounts']}[account]
    exchange = ccxt.pro.bitstamp({'apiKey': keys['key'], 'secret': keys['secret']})
    exchange.urls['api'] = {
        'public': served['rest'] + '/api',
        'private': served['rest'] + '/api',
        'ws': served['ws'],
    }
    return exchange


class Bitstamp:
    def __init__(self, served):
        self.served = served
        self.demo = client(served, 'demo')
        self.order = None

    async def price(self, side, away=0.1):
        """A price far on the passive side of the market, or with a negative distance through it."""
        ticker = await self.demo.fetch_ticker(SYMBOL)
        if side == 'buy':
            return ticker['bid'] * (1 - away) if away > 0 else ticker['ask'] * (1 - away)
        return ticker['ask'] * (1 + away) if away > 0 else ticker['bid'] * (1 + away)

    # Public

    async def load_markets(self):
        markets = await self.demo.load_markets()
        market = markets[SYMBOL]
        assert market['spot'] and market['active'] and market['id'] == 'btcusd', market
        assert market['precision']['price'] > 0 and market['limits']['cost']['min'] > 0, market
        assert self.demo.currencies['BTC']['precision'] == 1e-8

    async def fetch_order_book(self):
        book = await self.demo.fetch_order_book(SYMBOL)
        assert book['bids'][0][0] < book['asks'][0][0], (book['bids'][0], book['asks'][0])
        age = time.time() - book['nonce'] / 1e6
        assert 0 <= age < 5, f'{age} seconds old'

    async def fetch_ticker(self):
        ticker = await self.demo.fetch_ticker(SYMBOL)
        assert ticker['bid'] < ticker['ask'], ticker
        tickers = await self.demo.fetch_tickers()
        assert tickers[SYMBOL]['symbol'] == SYMBOL

    async def fetch_trades(self):
        # Makes a trade first, so that there is one.
        await self.demo.create_order(SYMBOL, 'market', 'buy', 0.001)
        trades = await self.demo.fetch_trades(SYMBOL)
        assert trades and trades[-1]['side'] in ('buy', 'sell') and trades[-1]['price'] > 0
        candles = await self.demo.fetch_ohlcv(SYMBOL, '1m', None, 10)
        assert candles and candles[-1][5] > 0, candles

    async def unknown_symbol(self):
        await refused(ccxt.BadSymbol, self.demo.fetch_order_book('NO/PAIR'))
        self.demo.markets_by_id  # noqa: B018 - loaded above
        await refused(
            ccxt.ExchangeError, self.demo.public_get_order_book_pair({'pair': 'nopair'})
        )

    # Private

    async def fetch_balance(self):
        balance = await self.demo.fetch_balance()
        assert balance['USD']['free'] > 0 and balance['BTC']['total'] > 0, balance

    async def fetch_trading_fees(self):
        fees = await self.demo.fetch_trading_fees()
        assert fees[SYMBOL]['taker'] > 0, fees
        one = await self.demo.fetch_trading_fee(SYMBOL)
        assert one['maker'] >= 0 and one['symbol'] == SYMBOL, one
        await self.demo.fetch_deposit_withdraw_fees(['BTC'])

    async def limit_order(self):
        order = await self.demo.create_order(
            SYMBOL, 'limit', 'buy', 0.01, await self.price('buy'), {'clientOrderId': 'c-1'}
        )
        self.order = order['id']
        assert order['side'] == 'buy' and order['clientOrderId'] == 'c-1', order
        found = await self.demo.fetch_order(order['id'], SYMBOL)
        assert found['status'] == 'open' and found['id'] == order['id'], found
        by_client = await self.demo.fetch_order('', SYMBOL, {'clientOrderId': 'c-1'})
        assert by_client['id'] == order['id'], by_client

    async def open_orders(self):
        orders = await self.demo.fetch_open_orders(SYMBOL)
        if not any(order['id'] == self.order for order in orders):
            await asyncio.sleep(10.1)  # The list is kept for ten seconds.
            orders = await self.demo.fetch_open_orders(SYMBOL)
        assert any(order['id'] == self.order for order in orders), orders

    async def edit_order(self):
        price = await self.price('buy', 0.12)
        order = await self.demo.edit_order(self.order, SYMBOL, 'limit', 'buy', 0.02, price)
        assert order['id'] == self.order and order['amount'] == 0.02, order

    async def cancel_order(self):
        order = await self.demo.cancel_order(self.order, SYMBOL)
        assert order['id'] == self.order and order['amount'] == 0.02, order
        assert (await self.demo.fetch_order(self.order, SYMBOL))['status'] == 'canceled'
        await refused(ccxt.OrderNotFound, self.demo.cancel_order(self.order, SYMBOL))
        await refused(ccxt.OrderNotFound, self.demo.fetch_order('1', SYMBOL))

    async def cancel_all_orders(self):
        for away in (0.1, 0.11):
            await self.demo.create_order(
                SYMBOL, 'limit', 'sell', 0.01, await self.price('sell', away)
            )
        assert len(await self.demo.cancel_all_orders(SYMBOL)) == 2
        assert await self.demo.cancel_all_orders() == []

    async def time_in_force(self):
        through = await self.price('buy', -0.01)
        away = await self.price('buy')
        for price, flag, status in (
            (through, 'ioc_order', 'closed'),
            (away, 'ioc_order', 'canceled'),
            (through, 'fok_order', 'closed'),
            (away, 'fok_order', 'canceled'),
            (through, 'moc_order', 'canceled'),
            (away, 'moc_order', 'open'),
            (away, 'daily_order', 'open'),
        ):
            order = await self.demo.create_order(
                SYMBOL, 'limit', 'buy', 0.001, price, {flag: True}
            )
            found = await self.demo.fetch_order(order['id'], SYMBOL)
            assert found['status'] == status, (flag, price, found)
            if status == 'closed':
                assert found['filled'] == 0.001 and found['trades'][0]['fee']['cost'] > 0, found
        await self.demo.cancel_all_orders()

    async def market_orders(self):
        order = await self.demo.create_order(SYMBOL, 'market', 'sell', 0.001)
        found = await self.demo.fetch_order(order['id'], SYMBOL)
        assert found['status'] == 'closed' and found['filled'] == 0.001, found
        order = await self.demo.create_order(SYMBOL, 'instant', 'buy', 50)
        found = await self.demo.fetch_order(order['id'], SYMBOL)
        assert found['status'] == 'closed' and 49 < found['cost'] <= 50, found

    async def fetch_my_trades(self):
        trades = await self.demo.fetch_my_trades(SYMBOL)
        assert trades and trades[-1]['symbol'] == SYMBOL, trades
        assert {trade['side'] for trade in trades} == {'buy', 'sell'}
        assert all(trade['price'] > 100 and trade['amount'] > 0 for trade in trades), trades
        for trade in await self.demo.fetch_my_trades():
            assert trade['symbol'] == SYMBOL, trade
        assert await self.demo.fetch_ledger()

    # Errors

    async def refusals(self):
        buy = self.demo.create_order
        price = await self.price('buy')
        await refused(ccxt.InvalidOrder, buy(SYMBOL, 'limit', 'buy', 0.00001, price))
        await refused(ccxt.InsufficientFunds, buy(SYMBOL, 'limit', 'buy', 1000, price))
        await refused(ccxt.InsufficientFunds, buy(SYMBOL, 'limit', 'sell', 1000, price * 1.2))
        await refused(ccxt.InvalidOrder, buy(SYMBOL, 'limit', 'buy', 0.01, price * 2))
        precise = {'pair': 'btcusd', 'amount': '0.010000001', 'price': '20000'}
        await refused(ccxt.InvalidOrder, self.demo.private_post_buy_pair(precise))

    async def wrong_keys(self):
        broken = client(self.served, 'demo')
        try:
            broken.secret = 'x' * 32
            await refused(ccxt.AuthenticationError, broken.fetch_balance())
            broken.apiKey = 'y' * 32
            await refused(ccxt.AuthenticationError, broken.fetch_balance())
            broken.apiKey = 'short'
            await refused(ccxt.AuthenticationError, broken.fetch_balance())
        finally:
            await broken.close()

    async def used_nonce(self):
        stuck = client(self.served, 'demo')
        try:
            await stuck.load_markets()
            stuck.uuid = lambda: '00000000-1111-2222-3333-%012x' % (int(time.time()) // 60)
            await refused_second(stuck)
        finally:
            await stuck.close()

    async def stale_timestamp(self):
        late = client(self.served, 'demo')
        try:
            await late.load_markets()
            late.milliseconds = lambda: int(time.time() * 1000) - 151_000
            error = await refused(ccxt.ExchangeError, late.fetch_balance())
            assert 'API0017' in str(error), error
        finally:
            await late.close()

    async def permissions(self):
        reader = client(self.served, 'reader')
        try:
            await reader.fetch_balance()
            price = await self.price('buy')
            await refused(
                ccxt.PermissionDenied, reader.create_order(SYMBOL, 'limit', 'buy', 0.01, price)
            )
            await refused(ccxt.PermissionDenied, reader.withdraw('BTC', 0.1, 'sim-x-0-BTC-bitcoin'))
        finally:
            await reader.close()

    async def transfers(self):
        owner = client(self.served, 'owner')
        try:
            await owner.load_markets()
            address = await owner.fetch_deposit_address('BTC', {'network': 'bitcoin'})
            assert address['address'].startswith('sim-bitstamp-'), address
            made = await owner.withdraw('BTC', 0.1, 'sim-kraken-0-BTC-bitcoin')
            listed = await owner.fetch_withdrawals('BTC')
            assert made['id'] in [entry['id'] for entry in listed], listed
            assert listed[0]['status'] == 'pending' and listed[0]['amount'] == 0.1, listed
            moves = await owner.fetch_deposits_withdrawals('BTC')
            assert moves and moves[-1]['type'] == 'withdrawal', moves
            await refused(
                ccxt.InsufficientFunds, owner.withdraw('BTC', 9999, 'sim-kraken-0-BTC-bitcoin')
            )
        finally:
            await owner.close()

    # Sockets

    async def watch_order_book(self):
        for _ in range(8):
            book = await self.demo.watch_order_book(SYMBOL)
            assert book['bids'][0][0] < book['asks'][0][0], (book['bids'][0], book['asks'][0])
        stamp = book['nonce']
        # The cached book of REST catches up with the socket's within two seconds.
        await asyncio.sleep(2.5)
        rest = await self.demo.fetch_order_book(SYMBOL)
        assert rest['nonce'] >= stamp, (rest['nonce'], stamp)
        await self.demo.un_watch_order_book(SYMBOL)

    async def watch_trades(self):
        waiting = asyncio.ensure_future(self.demo.watch_trades(SYMBOL))
        await asyncio.sleep(0.5)
        await self.demo.create_order(SYMBOL, 'market', 'buy', 0.001)
        trades = await waiting
        assert trades[-1]['amount'] > 0 and trades[-1]['symbol'] == SYMBOL, trades

    async def watch_orders(self):
        waiting = asyncio.ensure_future(self.demo.watch_orders(SYMBOL))
        await asyncio.sleep(0.7)
        made = await self.demo.create_order(
            SYMBOL, 'limit', 'buy', 0.01, await self.price('buy')
        )
        order = (await waiting)[-1]
        assert order['id'] == made['id'] and order['remaining'] == 0.01, order
        waiting = asyncio.ensure_future(self.demo.watch_orders(SYMBOL))
        await asyncio.sleep(0.1)
        await self.demo.cancel_order(made['id'], SYMBOL)
        order = (await waiting)[-1]
        assert order['id'] == made['id'] and order['status'] == 'canceled', order

    async def watch_my_trades(self):
        waiting = asyncio.ensure_future(self.demo.watch_my_trades(SYMBOL))
        await asyncio.sleep(0.7)
        made = await self.demo.create_order(SYMBOL, 'market', 'sell', 0.001)
        trade = (await waiting)[-1]
        assert trade['order'] == made['id'] and trade['side'] == 'sell', trade
        assert trade['fee']['cost'] > 0, trade

    async def wrong_token(self):
        other = client(self.served, 'demo')
        try:
            await other.load_markets()
            other.options['expiresIn'] = int(time.time() * 1000) + 60_000
            other.options['userId'] = '1'
            other.options['wsSessionToken'] = 'nothing'
            # ccxt throws this while it reads the frame; the socket ends for whoever waits.
            try:
                await asyncio.wait_for(other.watch_orders(SYMBOL), 5)
            except (ccxt.AuthenticationError, ccxt.NetworkError, asyncio.TimeoutError):
                return
            raise AssertionError('a made-up token was taken')
        finally:
            await other.close()

    async def rate_limit(self):
        quick = client(self.served, 'second')
        quick.enableRateLimit = False
        quick.timeout = 30000
        try:
            calls = [quick.public_get_ticker_pair({'pair': 'btcusd'}) for _ in range(1500)]
            answers = await asyncio.gather(*calls, return_exceptions=True)
            kinds = {type(answer).__name__ for answer in answers}
            assert 'RateLimitExceeded' in kinds, kinds
        finally:
            await quick.close()


async def refused_second(exchange):
    """The first call with a nonce is taken, the second one is not."""
    await exchange.fetch_balance()
    await refused(ccxt.InvalidNonce, exchange.fetch_balance())


async def main():
    served = json.loads(sys.stdin.readline())
    venue = Bitstamp(served)
    checks = Checks()
    names = [
        'load_markets', 'fetch_order_book', 'fetch_ticker', 'fetch_trades', 'unknown_symbol',
        'fetch_balance', 'fetch_trading_fees', 'limit_order', 'open_orders', 'edit_order',
        'cancel_order', 'cancel_all_orders', 'time_in_force', 'market_orders',
        'fetch_my_trades', 'refusals', 'wrong_keys', 'used_nonce', 'stale_timestamp',
        'permissions', 'transfers', 'watch_order_book', 'watch_trades', 'watch_orders',
        'watch_my_trades', 'wrong_token', 'rate_limit',
    ]
    try:
        for name in names:
            await checks.run(name, getattr(venue, name))
    finally:
        await venue.demo.close()
    return 1 if checks.failed else 0


if __name__ == '__main__':
    sys.exit(asyncio.run(main()))
