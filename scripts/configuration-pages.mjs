/**
 * @typedef {object} Variable what a variable of the environment is documented with
 * @property {string} name
 * @property {string} does
 * @property {string} example
 * @property {string | null} takes
 * @property {string | null} fallback
 * @property {readonly string[]} readers
 */

/** @typedef {ReadonlyMap<string, readonly Variable[]>} Chapters */

/**
 * @typedef {object} EmulatorSetting
 * @property {string} does
 * @property {string} example
 * @property {number} fallback
 * @property {number} least
 * @property {number} most
 */

/**
 * What tells the whole configuration.
 * @typedef {object} Sources
 * @property {Chapters} settings
 * @property {Readonly<Record<string, EmulatorSetting>>} emulator
 * @property {string} defaultUrl of the command
 */

const head = `# Configuration

Everything is set by variables of the environment. One that is empty counts as not set. A bad environment is told whole, in one message, and
the process exits 78; a name that is almost one of these is a problem too. This page is made from the settings' schemas by
\`npm run docs:configuration\`.

Durations are a whole number and a unit: \`500ms\`, \`30s\`, \`5m\`, \`2h\`, \`7d\`. Flags are \`true\` or \`false\`.
\`docker compose\` takes them from \`.env\` ([.env.example](../.env.example)); what a deployment has to decide is in [deploy.md](deploy.md).
`;

/**
 * docs/configuration.md.
 * @param {Sources} sources
 * @returns {string}
 */
export function configurationPage({ settings, emulator, defaultUrl }) {
  const chapters = [...settings].map(([heading, variables]) => `## ${heading}\n\n${table(variables)}`);
  return [
    head,
    ...chapters,
    `## The command and its library\n\nThe library takes \`baseUrl\` and \`apiKey\` as arguments and reads no environment. The command reads:\n\n${table(commandVariables(defaultUrl))}`,
    `## The emulator\n\nIt knows no other names that begin with \`EMULATOR_\`.\n\n${table(emulatorVariables(emulator))}`,
  ].join('\n');
}

/** @param {readonly Variable[]} variables */
function table(variables) {
  return `| variable | default | takes | read by | what it does |\n|---|---|---|---|---|\n${variables.map(row).join('\n')}\n`;
}

/** @param {Variable} variable */
function row({ name, does, example, takes, fallback, readers }) {
  const shown = fallback === null ? '' : `\`${fallback}\``;
  const said = example === fallback ? does : `${does} For example \`${example}\``;
  return `| \`${name}\` | ${shown} | ${takes ?? ''} | ${readers.join(', ')} | ${said} |`;
}

/**
 * @param {string} defaultUrl
 * @returns {Variable[]}
 */
function commandVariables(defaultUrl) {
  const readers = ['`baton`'];
  /** @param {Pick<Variable, 'name' | 'does' | 'example'> & Partial<Variable>} told */
  const variable = (told) => ({ takes: 'text', fallback: null, readers, ...told });
  return [
    variable({
      name: 'BATON_URL',
      does: 'The server; `--url` goes before it.',
      takes: 'an address with http:// or https://',
      fallback: defaultUrl,
      example: 'https://baton.example.com',
    }),
    variable({ name: 'BATON_API_KEY', does: 'Your key.', example: 'baton-local-key' }),
    variable({
      name: 'WEBHOOK_SECRET',
      does: 'What `baton webhooks verify` checks a signature with.',
      takes: '`whsec_` and base64',
      example: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    }),
    variable({
      name: 'EDITOR',
      does: 'Opens a plan that is changed before it is approved; `VISUAL` goes before it.',
      takes: 'a command',
      fallback: 'vi',
      example: 'nano',
    }),
  ];
}

/**
 * @param {Sources['emulator']} settings
 * @returns {Variable[]}
 */
function emulatorVariables(settings) {
  const readers = ['emulator'];
  return [
    ...Object.entries(settings).map(([name, { does, example, fallback, least, most }]) => ({
      name,
      does,
      example,
      takes: `a whole number from ${least} to ${most}`,
      fallback: String(fallback),
      readers,
    })),
    {
      name: 'HOST',
      does: 'The address that it listens at.',
      example: '0.0.0.0',
      takes: 'a host name or an address',
      fallback: '127.0.0.1',
      readers,
    },
  ];
}

const REST =
  '# Everything else that docker-compose.yml takes, as it is when nothing is set (docs/configuration.md):';
const CONTAINERS = 'The containers (docs/deploy.md)';

/**
 * .env.example: what is written there by hand, and below it everything else that the compose file takes from it.
 * @param {string} present the file as it is
 * @param {string} compose docker-compose.yml
 * @param {Chapters} settings
 * @returns {string}
 */
export function environmentExample(present, compose, settings) {
  const byHand = (present.split('\n# Everything else that docker-compose.yml')[0] ?? '').trimEnd();
  const left = new Map([...composeVariables(compose)].filter(([name]) => !namesIn(byHand).has(name)));
  /** @param {string} heading @param {readonly (readonly [string, string])[]} values */
  const block = (heading, values) =>
    values.length === 0
      ? []
      : [`# ${heading}\n${values.map(([name, value]) => `#${name}=${value}\n`).join('')}`];
  const told = new Set([...settings.values()].flat().map(({ name }) => name));
  const blocks = [...settings].flatMap(([heading, variables]) =>
    block(
      heading,
      variables
        .filter(({ name }) => left.has(name))
        .map(({ name, fallback }) => [name, left.get(name) || (fallback ?? '')]),
    ),
  );
  const containers = block(
    CONTAINERS,
    [...left].filter(([name]) => !told.has(name)),
  );
  return `${byHand}\n\n${REST}\n\n${[...blocks, ...containers].join('\n')}`;
}

/** @param {string} text of .env.example @returns {Set<string>} the variables that it sets or shows */
export function namesIn(text) {
  return new Set([...text.matchAll(/^#?([A-Z][A-Z0-9_]*)=/gm)].map(([, name = '']) => name));
}

/**
 * What it takes from the environment of whoever calls it, each with the default that it has there.
 * @param {string} compose
 * @returns {Map<string, string>}
 */
export function composeVariables(compose) {
  const taken = compose.matchAll(/(?<!\$)\$\{(?<name>[A-Z][A-Z0-9_]*)(?::-(?<fallback>[^}]*))?/g);
  return new Map([...taken].map(({ groups }) => [groups?.['name'] ?? '', groups?.['fallback'] ?? '']));
}
