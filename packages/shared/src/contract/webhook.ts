import { z } from 'zod';

const MAX_URL_CHARACTERS = 2_048;
const SCHEMES: ReadonlySet<string> = new Set(['https:', 'http:']);

function parsed(text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null;
}

/** Where the end of a goal is told. What else a server asks of the URL depends on its settings. */
export const webhookSchema = z.strictObject({
  url: z
    .string('must be a URL such as "https://example.com/hooks/baton"')
    .max(MAX_URL_CHARACTERS, `must be at most ${MAX_URL_CHARACTERS} characters`)
    .refine(
      (text) => SCHEMES.has(parsed(text)?.protocol ?? ''),
      'must be a whole URL such as "https://example.com/hooks/baton"',
    )
    .refine((text) => {
      const url = parsed(text);
      return url === null || (url.username === '' && url.password === '');
    }, 'must not hold a user name or password: check webhook-signature instead')
    .meta({ format: 'uri' }),
});
