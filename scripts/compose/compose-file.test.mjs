import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DCLinter } from 'dclint';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { durationMs } from '../../packages/shared/src/contract/duration.ts';
import { builtInWorkerTypes } from '../../packages/plan/src/worker-types/built-in.ts';
import { settingFields } from '../../packages/shared/src/settings/settings.ts';
import { repositoryRoot } from '../paths.mjs';
import { prometheusFolder } from '../prometheus/rule-files.mjs';
import { byDefault, composePath, readCompose } from './compose-file.mjs';

const { services, volumes, networks } = readCompose();
const all = Object.entries(services);
const running = all.filter(([, { restart }]) => restart !== 'no');
const programs = all.filter(([, { build }]) => build && build.target in settingFields);

/** @typedef {keyof typeof settingFields} Program */

/** Settings that nobody sets in compose, with the reason. */
const notPassed = {
  HOST: 'the images listen on every address of their container',
  PORT: 'the container listens on 3000; the variable is the port of the host',
  HEALTH_PORT: 'the container listens on 3001, where its health check asks',
  FAILPOINT: 'for fault tests only',
  OTEL_SERVICE_NAME: 'each program has a name of its own',
  BATON_API_KEYS_FILE: 'needs a file mounted: an override file of your own sets it',
};

it('is what the Compose Specification allows, with ports bound to an address and images with a tag', () => {
  const off = /** @type {const} */ (0);
  const linter = new DCLinter({
    rules: {
      'no-build-and-image': off,
      'service-dependencies-alphabetical-order': off,
      'service-keys-order': off,
      'service-ports-alphabetical-order': off,
      'services-alphabetical-order': off,
      'top-level-properties-order': off,
    },
    quiet: false,
    debug: false,
    exclude: [],
  });
  /** @type {{ messages: { line: number, rule: string, message: string }[] }[]} */
  const results = linter.lintFiles([composePath], false);
  const told = results.flatMap(({ messages }) => messages);
  expect(results).toHaveLength(1);
  expect(told.map(({ line, rule, message }) => `${line} ${rule}: ${message}`)).toEqual([]);
});

describe.each(all)('%s', (_, service) => {
  it('can do little beyond its work', () => {
    expect(service).toMatchObject({
      init: true,
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      tmpfs: [expect.stringMatching(/^\/tmp:.*size=/)],
      pids_limit: expect.any(Number),
      logging: { options: { 'max-size': expect.any(String), 'max-file': expect.any(String) } },
    });
    expect(service.cap_add).toBeUndefined();
    expect(service.privileged).toBeUndefined();
    expect(byDefault(String(service.mem_limit))).toMatch(/^\d+[mg]$/);
    expect(Number(byDefault(String(service.cpus)))).toBeGreaterThan(0);
  });

  it('is reached from this machine only, and keeps what it writes in named volumes', () => {
    for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:/);
    for (const volume of service.volumes ?? []) {
      const [source = '', , mode] = volume.split(':');
      if (source.startsWith('.')) expect(mode, volume).toBe('ro');
      else expect(volumes, volume).toHaveProperty(source);
    }
    for (const network of service.networks ?? []) expect(networks).toHaveProperty(network);
    expect(service.networks ?? []).not.toEqual([]);
  });
});

it.each(running)(
  '%s has a health check, comes back by itself, and is waited for only where it is started',
  (_, service) => {
    expect(service.healthcheck?.test?.length).toBeGreaterThan(1);
    expect(service.restart).toBe('unless-stopped');
    for (const [needed, { condition }] of Object.entries(service.depends_on ?? {})) {
      expect(condition).toBe('service_healthy');
      const profiles = services[needed]?.profiles ?? service.profiles ?? [];
      expect(profiles, needed).toEqual(service.profiles ?? profiles);
      if (!service.profiles) expect(services[needed]?.profiles, needed).toBeUndefined();
    }
  },
);

it('Redis is reached by Baton only, writes its log every second unless told otherwise, and has a limit of its own', () => {
  expect(networks['redis']?.internal).toBe(true);
  const stores = all.filter(([, { command }]) => command?.[0] === 'redis-server');
  expect(stores.map(([name]) => name)).toEqual(['redis', ...[1, 2, 3, 4, 5, 6].map((n) => `redis-${n}`)]);
  for (const [, { command = [], networks: joined, mem_limit, user, volumes: kept }] of stores) {
    const words = byDefault(command.join(' '));
    expect(words).toContain('--appendonly yes --appendfsync everysec');
    expect(command.join(' ')).toContain('${REDIS_APPENDFSYNC:-everysec}');
    expect(words).toContain('--maxmemory 512mb --maxmemory-policy noeviction');
    expect(byDefault(String(mem_limit))).toBe('1g');
    expect({ joined, user }).toEqual({ joined: ['redis'], user: 'redis' });
    expect(kept).toEqual([expect.stringMatching(/^redis(-\d)?-data:\/data$/)]);
  }
  expect(new Set(stores.map(([, { volumes: kept }]) => kept?.[0])).size).toBe(stores.length);
});

describe.each(programs)('the environment of %s', (_, { build, environment = {} }) => {
  const fields = settingFields[/** @type {Program} */ (build?.target)];

  it('has only names of settings that it reads, each from the variable of its name', () => {
    for (const [name, value] of Object.entries(environment)) {
      expect(Object.keys(fields)).toContain(name);
      if (name !== 'WORKER_TYPES') expect(value).toMatch(new RegExp(`^\\$\\{${name}:[-?]`));
    }
  });

  it('has every setting but those that make no sense here', () => {
    const missing = Object.keys(fields).filter((name) => !(name in environment) && !(name in notPassed));
    expect(missing).toEqual([]);
  });
});

it('a program has longer to stop than it takes at most, and a worker longer than a call of a model takes', () => {
  const closingMs = 5_000;
  /** Longest wait of a call in its process before it is sent. */
  const turnMs = 20_000;
  for (const [name, { build, environment = {}, stop_grace_period = '' }] of programs) {
    const { SHUTDOWN_GRACE, MODEL_TIMEOUT } = settingFields[/** @type {Program} */ (build?.target)];
    const grace = SHUTDOWN_GRACE.parse(byDefault(environment['SHUTDOWN_GRACE'] ?? '') || undefined);
    expect(stop_grace_period).toContain('${STOP_GRACE_PERIOD:-');
    expect(durationMs(byDefault(stop_grace_period)), name).toBeGreaterThan(grace + closingMs);
    if (build?.target === 'worker')
      expect(grace, name).toBeGreaterThan(MODEL_TIMEOUT.parse(undefined) + turnMs);
  }
});

it('Prometheus scrapes every replica of every program, at the port that it listens on', () => {
  const { scrape_configs } = parse(readFileSync(join(prometheusFolder, 'prometheus.yml'), 'utf8'));
  /** @type {string[]} */
  const scraped = scrape_configs.flatMap((/** @type {any} */ { dns_sd_configs = [] }) =>
    dns_sd_configs.flatMap((/** @type {{ names: string[], port: number }} */ { names, port }) =>
      names.map((name) => `${name}:${port}`),
    ),
  );
  const expected = programs.map(([name, { build }]) => `${name}:${build?.target === 'worker' ? 3001 : 3000}`);
  expect(scraped.toSorted()).toEqual(expected.toSorted());
});

it('every built-in worker type has a service that takes it', () => {
  const taken = programs.flatMap(([, { environment }]) => environment?.['WORKER_TYPES']?.split(',') ?? []);
  expect(taken.toSorted()).toEqual(builtInWorkerTypes.map(({ type }) => type).toSorted());
});

it('docs/deploy.md tells of each profile, and of no other', () => {
  const text =
    readFileSync(join(repositoryRoot, 'docs', 'deploy.md'), 'utf8').split('## Kubernetes')[0] ?? '';
  const told = [...text.matchAll(/^\| `([a-z]+)` \| /gm)].map((match) => match[1]);
  expect(told.toSorted()).toEqual([...new Set(all.flatMap(([, { profiles = [] }]) => profiles))].toSorted());
});
