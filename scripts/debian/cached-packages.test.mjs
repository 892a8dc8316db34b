import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../paths.mjs';
import { cachedPackages } from './cached-packages.mjs';

/** @type {string} */
let folder;
beforeEach(() => {
  folder = temporaryDirectory('packages');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Without the network. */
const apt = { unpack: async () => null, dependencies: async () => [] };
const apts = { systemApt: () => apt, privateApt: async () => apt };

/** @param {Parameters<typeof cachedPackages>[0]} packages */
const cached = (packages) => cachedPackages(packages, { XDG_CACHE_HOME: folder }, apts);

/** @param {string} root */
function fill(root) {
  mkdirSync(root, { recursive: true });
  writeFileSync(join(root, 'program'), '');
  return null;
}

/** @param {string} root */
const works = async (root) => existsSync(join(root, 'program'));

describe('packages in the cache folder', () => {
  it('are brought once, and leave nothing beside them', async () => {
    let brought = 0;
    /** @param {unknown} _apt @param {string} root */
    const unpack = async (_apt, root) => {
      brought += 1;
      return fill(root);
    };
    const packages = { name: 'thing', works, unpack };
    const found = await cached(packages);
    expect(await cached(packages)).toEqual(found);
    expect(brought).toBe(1);
    expect('root' in found && existsSync(join(found.root, 'program'))).toBe(true);
    expect(readdirSync(join(folder, 'baton'))).toEqual([expect.stringMatching(/^thing-/)]);
  });

  it('are brought once for all who ask at once, and again when that failed', async () => {
    let asked = 0;
    /** @param {unknown} _apt @param {string} root */
    const unpack = async (_apt, root) => {
      asked += 1;
      await new Promise((resolve) => setImmediate(resolve));
      return asked <= 2 ? 'no network' : fill(root);
    };
    const packages = { name: 'thing', works, unpack };
    const atOnce = () => Promise.all([1, 2, 3].map(() => cached(packages)));
    expect(await atOnce()).toEqual([1, 2, 3].map(() => ({ refused: 'no network' })));
    expect(asked).toBe(2);
    const found = await atOnce();
    expect(found.every((each) => 'root' in each)).toBe(true);
    expect(asked).toBe(3);
  });

  it('stay those of a process that was faster', async () => {
    const found = await cached({ name: 'thing', works, unpack: async (_, root) => fill(root) });
    const root = 'root' in found ? found.root : '';
    rmSync(dirname(root), { recursive: true });
    /** @param {unknown} _apt @param {string} building */
    const unpack = async (_apt, building) => {
      fill(root);
      writeFileSync(join(root, 'in use'), '');
      return fill(building);
    };
    expect(await cached({ name: 'thing', works, unpack })).toEqual({ root });
    expect(existsSync(join(root, 'in use'))).toBe(true);
  });

  it('that do not run here are refused', async () => {
    const packages = { name: 'thing', works: async () => false, unpack: async () => null };
    expect(await cached(packages)).toEqual({
      refused: expect.stringContaining('does not run'),
    });
  });
});
