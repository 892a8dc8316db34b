import { expect, test } from 'vitest';
import { checkNode } from './bootstrap.mjs';

test.each(['20.19.0', '20.20.2', '22.0.0', '24.1.0'])('Node %s is recent enough', (version) => {
  expect(() => checkNode(version)).not.toThrow();
});

test.each(['18.20.8', '20.18.3', '16.0.0'])(
  'Node %s is refused, with the version that is needed',
  (version) => {
    expect(() => checkNode(version)).toThrow(`needs Node.js 20.19 or later and this is ${version}`);
  },
);
