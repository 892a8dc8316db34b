import { oneLine } from '../tree/text-width.ts';
import { WebhookVerificationError } from '../webhooks/verification-error.ts';
import { verify } from '../webhooks/verify.ts';
import { NOT_RIGHT, OK } from './exit-code.ts';
import { outputOption, wholeNumber } from './flags.ts';
import { readGivenFile } from './given-file.ts';
import { writeJson } from './result.ts';
import { commandGroup, subcommand, type AddCommand } from './subcommand.ts';
import { UsageError } from './usage-error.ts';

/** A year, in seconds. */
const LONGEST_TOLERANCE = 366 * 86_400;

export const webhooks: AddCommand = (parent, actions) => {
  const group = commandGroup(parent, 'webhooks', 'Keys, webhooks, shells', 'look into webhook messages');
  subcommand(group, 'verify', {
    summary: 'check whether a webhook message that arrived was signed with your secret',
    more: `The three values are the headers webhook-id, webhook-timestamp and webhook-signature of the message.
Exit code 0 when it was, 4 when it was not. The secret is best given as WEBHOOK_SECRET: other users can read command lines.`,
    examples: [
      'baton webhooks verify --id msg_2 --timestamp 1767225600 --signature "v1,K5oZ…=" --body @message.json',
      'baton webhooks verify --id msg_2 --timestamp 1767225600 --signature "v1,K5oZ…=" --body - < message.json',
    ],
  })
    .option('--secret <secret>', 'whsec_…; else WEBHOOK_SECRET')
    .requiredOption('--id <id>', 'the header webhook-id')
    .requiredOption('--timestamp <seconds>', 'the header webhook-timestamp')
    .requiredOption('--signature <signatures>', 'the header webhook-signature')
    .option('--body <text|@file|->', 'the body, exactly as it arrived; - reads stdin', '-')
    .option(
      '--tolerance <seconds>',
      'how long ago it may have been sent; 300 unless given',
      wholeNumber(0, LONGEST_TOLERANCE),
    )
    .addOption(outputOption())
    .action(
      actions.here(async ({ environment, stdin, stdout, stderr, now }, flags) => {
        const secret = flags.secret ?? environment['WEBHOOK_SECRET']?.trim() ?? '';
        if (secret === '') throw new UsageError('Give the secret as WEBHOOK_SECRET, or with --secret.');
        const headers = {
          'webhook-id': flags.id,
          'webhook-timestamp': flags.timestamp,
          'webhook-signature': flags.signature,
        };
        const payload = await readBody(flags.body, stdin);
        const toleranceSeconds = flags.tolerance;
        const reason = await reasonAgainst({ payload, headers, secret, now: now(), toleranceSeconds });
        if (flags.output === 'json') writeJson(stdout, { valid: reason === null, reason });
        else if (reason === null) stdout.write('The signature is valid.\n');
        else stderr.write(`The message is not valid: ${oneLine(reason)}\n`);
        return reason === null ? OK : NOT_RIGHT;
      }),
    );
};

function readBody(given: string, stdin: Parameters<typeof readGivenFile>[2]): Promise<string> {
  if (given === '-') return stdin.text();
  return given.startsWith('@') ? readGivenFile('--body', given.slice(1), stdin) : Promise.resolve(given);
}

async function reasonAgainst(received: Parameters<typeof verify>[0]): Promise<string | null> {
  try {
    await verify(received);
    return null;
  } catch (error) {
    if (error instanceof WebhookVerificationError) return error.message;
    if (error instanceof TypeError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}
