import { expect, it } from 'vitest';
import { tellableMessage } from '../telemetry/error-parts.ts';
import { clusterGuide } from './cluster-guide.ts';
import { sentinelGuide } from './sentinel-guide.ts';

const login = { username: undefined, password: 'hunter2', tls: false };
const nobody = { host: '127.0.0.1', port: 1 };
const sentinel = { sentinels: [nobody], master: 'mymaster', sentinelPassword: undefined, login, db: 0 };
const asks = [
  ['Sentinel ', sentinelGuide({ kind: 'sentinel', ...sentinel })],
  ['Node ', clusterGuide({ kind: 'cluster', nodes: [nobody], login, prefix: 'baton' }, '{baton}')],
] as const;

it.each(asks)('a log may tell which guide (%s) did not answer, and why', async (kind, ask) => {
  const error = await ask(nobody).catch((thrown: unknown) => thrown);
  expect(tellableMessage(error)).toBe(
    `${kind}127.0.0.1:1 does not tell where goals are: connect ECONNREFUSED 127.0.0.1:1`,
  );
});
