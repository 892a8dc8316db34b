import { createHash, randomBytes } from 'node:crypto';
import { InvalidArgumentError } from '@commander-js/extra-typings';
import { OK } from './exit-code.ts';
import { outputOption } from './flags.ts';
import { writeJson } from './result.ts';
import { commandGroup, subcommand, type AddCommand } from './subcommand.ts';

const PREFIX = 'baton_';
const KEY_BYTES = 32;
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** Digits of base 62 that 32 bytes need at the most. */
const KEY_DIGITS = 43;

const scopes: readonly string[] = ['submit', 'read', 'operate', 'admin'];

/** As `BATON_API_KEYS` of a server has it. */
const TENANT = /^[A-Za-z0-9_-]{1,64}$/;

export interface NewKey {
  /** For the client: `baton_` and 43 letters and digits. */
  readonly key: string;
  /** For the server, which never sees the key itself before it is used: `tenant:sha256hex[:scope+scope]`. */
  readonly entry: string;
}

/** @param bytes 32 random ones */
export function keyFrom(bytes: Buffer, tenant: string, allowed: readonly string[] | null): NewKey {
  const digits: string[] = [];
  for (let rest = BigInt(`0x${bytes.toString('hex')}`); rest > 0n; rest /= 62n) {
    digits.push(DIGITS[Number(rest % 62n)] ?? '');
  }
  const key = PREFIX + digits.reverse().join('').padStart(KEY_DIGITS, '0');
  const digest = createHash('sha256').update(key).digest('hex');
  return { key, entry: [tenant, digest, ...(allowed ? [allowed.join('+')] : [])].join(':') };
}

function readTenant(text: string): string {
  if (TENANT.test(text)) return text;
  throw new InvalidArgumentError('It must be 1 to 64 letters, digits, "_" or "-".');
}

function readScopes(text: string): readonly string[] {
  const named = [...new Set(text.split('+'))];
  if (named.every((scope) => scopes.includes(scope))) return named;
  throw new InvalidArgumentError(`Join some of ${scopes.join(', ')} with "+".`);
}

export const keys: AddCommand = (parent, actions) => {
  const group = commandGroup(parent, 'keys', 'Keys, webhooks, shells', 'make API keys');
  subcommand(group, 'create', {
    summary: 'make an API key for a tenant, and the entry by which a server knows it',
    more: `Asks no server and keeps nothing: the key is shown this once. BATON_API_KEY is the secret, for clients;
BATON_API_KEYS is what a server needs, separated by commas from the entries it has.`,
    examples: [
      'baton keys create --tenant acme',
      'baton keys create --tenant acme --scopes submit+read -o json',
    ],
  })
    .requiredOption('--tenant <name>', 'whose goals the key is for', readTenant)
    .option(
      '--scopes <scopes>',
      `some of ${scopes.join(', ')}, joined with "+"; all unless given`,
      readScopes,
    )
    .addOption(outputOption())
    .action(
      actions.here(async ({ stdout, stderr }, { tenant, scopes: allowed, output }) => {
        const made = keyFrom(randomBytes(KEY_BYTES), tenant, allowed ?? null);
        if (output === 'json') writeJson(stdout, made);
        else stdout.write(`BATON_API_KEY=${made.key}\nBATON_API_KEYS=${made.entry}\n`);
        stderr.write('The key is shown this once and kept nowhere: store BATON_API_KEY as a secret.\n');
        return OK;
      }),
    );
};
