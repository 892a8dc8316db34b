// The walls between the rooms (ARCHITECTURE.md), as dependency-cruiser rules. Type-only imports count.

const tests = '\\.test(-d)?\\.ts$|/src/.*testing/';

/** @param {string} names alternatives, as in a regular expression */
function npm(names) {
  return `(^|/)node_modules/(${names})/`;
}

/**
 * Only these files may import those packages; tests may import what they like.
 * @param {string} packages
 * @param {string[]} rooms
 * @param {string} comment
 */
function onlyIn(packages, rooms, comment) {
  return {
    name: `only-there: ${packages}`,
    comment,
    severity: /** @type {const} */ ('error'),
    from: { path: '^(apps|packages)/', pathNot: [...rooms, tests] },
    to: { path: npm(packages) },
  };
}

/**
 * A package imports itself and what is listed, nothing else.
 * @param {string} name
 * @param {string} allowed
 * @param {{ builtins: boolean, comment: string }} options
 */
function dependsOnlyOn(name, allowed, { builtins, comment }) {
  /** @type {import('dependency-cruiser').DependencyType[]} */
  const beside = builtins ? ['core'] : [];
  return {
    name: `depends-only-on: packages/${name}`,
    comment,
    severity: /** @type {const} */ ('error'),
    from: { path: `^packages/${name}/src/`, pathNot: tests },
    to: {
      pathNot: [`^packages/${name}/src/`, allowed],
      dependencyTypesNot: beside,
      couldNotResolve: false,
    },
  };
}

// Each room of `shared` imports rooms to its left only. The ledger is right of model: it implements the journal that model asks for.
const sharedRooms = [
  'contract',
  'failpoints',
  'telemetry',
  'settings',
  'redis',
  'model',
  'coordination',
  'ledger',
  'analytics',
  'queue',
  'process',
];

const sharedDirection = sharedRooms.slice(0, -1).map((room, position) => ({
  name: `shared-direction: ${room}`,
  comment: `packages/shared: ${sharedRooms.join(' <- ')}. A room imports rooms to its left only.`,
  severity: /** @type {const} */ ('error'),
  from: { path: `^packages/shared/src/${room}/`, pathNot: tests },
  to: { path: `^packages/shared/src/(${sharedRooms.slice(position + 1).join('|')})/` },
}));

const clientCommandParts = '(command|view|tree|progress|main\\.ts)';
/** The `baton` command, beside the library that the client package exports. */
const clientCommand = `^packages/client/src/${clientCommandParts}`;

/** @type {import('dependency-cruiser').IFlattenedRuleSet} */
export const walls = {
  forbidden: [
    {
      name: 'no-cycle',
      comment: 'A cycle is one module in several files: move what both need into a third.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'resolvable',
      comment: 'The import leads nowhere.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-app-from-app',
      comment: 'Apps share packages, never each other.',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'no-app-from-package',
      comment: 'The direction is plan <- shared <- apps.',
      severity: 'error',
      from: { path: '^packages/' },
      to: { path: '^apps/' },
    },
    dependsOnlyOn('plan', npm('zod'), {
      builtins: false,
      comment: 'plan is pure: no clock, environment or I/O. It depends on zod only.',
    }),
    dependsOnlyOn('dag-flow', npm('bullmq'), {
      builtins: true,
      comment: 'dag-flow knows nothing of goals or models and is publishable: it depends on bullmq only.',
    }),
    dependsOnlyOn('shared', `^packages/plan/src/|${npm('.*')}`, {
      builtins: true,
      comment: 'shared builds on plan only.',
    }),
    dependsOnlyOn('emulator', '^packages/plan/src/', {
      builtins: true,
      comment: 'The emulator stands for a server of somebody else: it knows our plan shape and nothing more.',
    }),
    dependsOnlyOn(
      'client',
      `^packages/(plan|shared)/src/(contract/)?|^packages/mcp/src/mcp\\.ts$|${npm('eventsource-parser|commander|@commander-js/extra-typings')}`,
      {
        builtins: true,
        comment:
          'The client speaks the contract; two small parsers, and the MCP server for its command, are all that it brings with it.',
      },
    ),
    {
      name: 'only-there: packages/mcp',
      comment: 'One command serves MCP, and loads it when it is asked for: nobody else waits for it.',
      severity: 'error',
      from: { path: '^(apps|packages)/', pathNot: '^packages/mcp/|^packages/client/src/command/mcp\\.ts$' },
      to: { path: '^packages/mcp/' },
    },
    {
      name: 'mcp-loaded-late',
      comment: 'A command that serves no MCP must not load it: import it with import().',
      severity: 'error',
      from: { path: '^packages/client/' },
      to: { path: '^packages/mcp/', dynamic: false },
    },
    dependsOnlyOn('mcp', `^packages/shared/src/contract/|${npm('@modelcontextprotocol/(server|node)|zod')}`, {
      builtins: true,
      comment: 'MCP over a port of its own: it takes types of the contract, and no client.',
    }),
    onlyIn(
      '@modelcontextprotocol/[^/]+',
      ['^packages/mcp/src/', '^apps/worker/src/tools/mcp-'],
      'One package speaks MCP as a server, and workers ask servers of others in one place.',
    ),
    onlyIn(
      'commander|@commander-js/extra-typings',
      ['^packages/client/src/command/'],
      'Whoever imports the client gets no command line.',
    ),
    {
      name: 'client-contract-only',
      comment:
        'The client takes from shared the contract only: whoever installs it gets no Redis and no model SDK.',
      severity: 'error',
      from: { path: '^packages/client/src/', pathNot: tests },
      to: { path: '^packages/shared/src/', pathNot: '^packages/shared/src/contract/' },
    },
    {
      name: 'client-library',
      comment:
        'What the client package exports runs in browsers too: one small parser, no builtin, no contract at run time, nothing of the command.',
      severity: 'error',
      from: { path: '^packages/client/src/', pathNot: [tests, clientCommand] },
      to: { pathNot: [`^packages/client/src/(?!${clientCommandParts})`, npm('eventsource-parser')] },
    },
    onlyIn(
      'bullmq|ioredis',
      [
        '^packages/dag-flow/',
        '^packages/shared/src/(redis|coordination|ledger|queue)/',
        '^apps/orchestrator/src/(flows|dashboard)/',
        '^apps/[^/]+/src/.*queue',
      ],
      'Queueing lives in the queue adapters, redis, ledger and dag-flow: everything else is tested without Redis.',
    ),
    onlyIn('htmlparser2', ['^packages/shared/src/model/xml-reply'], 'One file reads XML.'),
    onlyIn(
      '@anthropic-ai/sdk',
      ['^packages/shared/src/model/anthropic(-batches|-client)?\\.ts$'],
      'The model is a port with one adapter, for calls and for batches of them.',
    ),
    onlyIn(
      '@anthropic-ai/(bedrock|vertex)-sdk',
      ['^packages/shared/src/model/anthropic-client\\.ts$'],
      'SDKs that need not be installed are loaded in one place, and only when they are asked for.',
    ),
    onlyIn(
      'prom-client',
      ['^packages/shared/src/telemetry/(fleet-)?metrics\\.ts$'],
      'Metrics are one typed catalogue.',
    ),
    onlyIn(
      '@opentelemetry/[^/]+',
      ['^packages/shared/src/telemetry/otel-'],
      'Spans are written through telemetry/tracing.ts, which costs nothing while nothing is traced.',
    ),
    {
      name: 'opentelemetry-loaded-late',
      comment: 'A process that traces nothing must not load OpenTelemetry: import it with import().',
      severity: 'error',
      from: { path: '^(apps|packages)/', pathNot: ['^packages/shared/src/telemetry/otel-', tests] },
      to: { path: '^packages/shared/src/telemetry/otel-', dynamic: false },
    },
    onlyIn(
      'ipaddr\\.js|standardwebhooks',
      ['^apps/orchestrator/src/webhooks/'],
      'What leaves Baton for addresses that clients name leaves by one room.',
    ),
    onlyIn('express', ['^apps/orchestrator/src/(http|dashboard)/'], 'HTTP stays in http/.'),
    onlyIn(
      'helmet|cors|express-rate-limit|rate-limit-redis',
      ['^apps/orchestrator/src/http/'],
      'What keeps the HTTP interface safe is in one room.',
    ),
    onlyIn(
      'pino|pino-pretty',
      ['^packages/shared/src/telemetry/(logger|pretty-lines)\\.ts$'],
      'Every log line passes the list of fields that may be told.',
    ),
    onlyIn(
      '@bull-board/[^/]+',
      ['^apps/orchestrator/src/dashboard/'],
      'The dashboard is mounted in one place.',
    ),
    ...sharedDirection,
  ],
};

/** Files that may read the environment: the entry points and the settings room. */
export const environmentReaders = /(^|\/)src\/main\.ts$|^packages\/shared\/src\/settings\//;

/** The package without clock, chance and I/O, and what it must not call. */
export const pureRooms = /^packages\/plan\/src\//;
export const impureCall =
  /\bDate\.now\b|\bnew Date\(\s*\)|\bMath\.random\b|\bperformance\.now\b|\b(setTimeout|setInterval|fetch)\(/;

/** Names that say nothing about what is inside. */
export const emptyNames = /(^|\/)(utils?|helpers?|managers?|services?|common|misc|index)(\.ts$|\/)/;

export const mostLines = 400;
