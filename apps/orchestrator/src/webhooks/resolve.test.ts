import { describe, expect, it, vi } from 'vitest';
import { askNameServers, askThisMachine } from './resolve.ts';
import { nameServer } from './testing/name-server.ts';

const never = new AbortController().signal;

describe('name servers', () => {
  it('are asked for both kinds of addresses', async () => {
    const { address } = await nameServer({
      'both.example': ['93.184.215.14', '93.184.215.15', '2606:4700::1111'],
      'old.example': ['93.184.215.14'],
      'new.example': ['2606:4700:4700::1111'],
    });
    const resolve = askNameServers([address]);
    expect(await resolve('both.example', never)).toEqual([
      { address: '93.184.215.14', family: 4 },
      { address: '93.184.215.15', family: 4 },
      { address: '2606:4700::1111', family: 6 },
    ]);
    expect(await resolve('old.example', never)).toEqual([{ address: '93.184.215.14', family: 4 }]);
    expect(await resolve('new.example', never)).toEqual([{ address: '2606:4700:4700::1111', family: 6 }]);
  });

  it('may know no address of a name, or no such name', async () => {
    const { address } = await nameServer({ 'empty.example': [] });
    const resolve = askNameServers([address]);
    expect(await resolve('empty.example', never)).toEqual([]);
    expect(await resolve('unknown.example', never)).toEqual([]);
  });

  it('alone are asked, not the files of this machine', async () => {
    const { address } = await nameServer({});
    expect(await askNameServers([address])('localhost', never)).toEqual([]);
    expect(await askThisMachine('localhost', never)).not.toEqual([]);
  });

  it('are asked no longer than the signal says', async () => {
    const { address, asked } = await nameServer({}, ['silent.example']);
    const controller = new AbortController();
    const resolving = askNameServers([address])('silent.example', controller.signal);
    resolving.catch(() => undefined);
    await vi.waitFor(() => expect(asked()).toBe(2));
    const abortedAt = performance.now();
    controller.abort(new Error('enough'));
    await expect(resolving).rejects.toThrow('enough');
    expect(performance.now() - abortedAt).toBeLessThan(1_000);
    await expect(askNameServers([address])('silent.example', controller.signal)).rejects.toThrow('enough');
    expect(asked()).toBe(2);
  });

  it('that say nothing are told of without their address', async () => {
    const resolve = askNameServers(['127.0.0.1:1']);
    await expect(resolve('any.example', never)).rejects.toThrow(
      /^any\.example could not be resolved \(E[A-Z]+\)$/,
    );
  });
});
