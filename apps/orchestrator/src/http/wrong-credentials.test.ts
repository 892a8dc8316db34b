import { describe, expect, it } from 'vitest';
import { wrongCredentials } from './wrong-credentials.ts';

describe('wrong credentials', () => {
  it('close an address for what is left of a minute', () => {
    let now = 0;
    const guesses = wrongCredentials({ most: 2, now: () => now });
    expect(guesses.judge('192.0.2.1', null)).toBeNull();
    now = 20_000;
    expect(guesses.judge('192.0.2.1', null)).toBeNull();
    expect(guesses.judge('192.0.2.1', null)).toBe(40);
    expect(guesses.judge('192.0.2.1', 'right')).toBe(40);
    expect(guesses.judge('192.0.2.2', 'right')).toBeNull();
    now = 60_000;
    expect(guesses.judge('192.0.2.1', 'right')).toBeNull();
  });

  it('shut out nobody whose credential was right from there before', () => {
    const guesses = wrongCredentials({ most: 1, now: () => 0 });
    guesses.judge('192.0.2.1', 'right');
    guesses.judge('192.0.2.1', null);
    expect(guesses.judge('192.0.2.1', null)).toBe(60);
    expect(guesses.judge('192.0.2.1', 'right')).toBeNull();
    expect(guesses.judge('192.0.2.1', 'another')).toBe(60);
  });

  it('of one IPv6 network count together', () => {
    const guesses = wrongCredentials({ most: 1, now: () => 0 });
    guesses.judge('2001:db8:0:1::1', null);
    expect(guesses.judge('2001:db8:0:1:ffff::2', null)).toBe(60);
    expect(guesses.judge('2001:db8:9::1', null)).toBeNull();
  });

  it('are remembered of the latest 10,000 addresses', () => {
    const guesses = wrongCredentials({ most: 1, now: () => 0 });
    const address = (number: number): string => `10.${number >> 16}.${(number >> 8) & 255}.${number & 255}`;
    for (let number = 0; number <= 10_000; number += 1) guesses.judge(address(number), null);
    expect(guesses.judge(address(10_000), null)).toBe(60);
    expect(guesses.judge(address(0), null)).toBeNull();
  });
});

it('forgets a proven credential only when it was not heard of for longest', () => {
  const guesses = wrongCredentials({ most: 1 });
  guesses.judge('10.0.0.1', 'used');
  guesses.judge('10.0.0.1', 'unused');
  for (let place = 0; place < 9_999; place += 1) {
    guesses.judge('10.0.0.1', 'used');
    guesses.judge('10.0.0.2', `key-${place}`);
  }
  guesses.judge('10.0.0.1', null);
  expect(guesses.judge('10.0.0.1', 'used')).toBeNull();
  expect(guesses.judge('10.0.0.1', 'unused')).not.toBeNull();
});
