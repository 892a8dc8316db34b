import { z } from 'zod';
import { durationMs, durationText } from '../contract/duration.ts';

/** What a field takes, said in the place that holds it to that; for the documentation. */
export const takenBy = z.registry<{ readonly takes: string }>();

/** A duration such as `30s` or `5m`, in ms. */
export function duration(fallback: string, { atLeast = 1 }: { atLeast?: number } = {}) {
  return z
    .string()
    .default(fallback)
    .transform((text, context) => {
      const ms = durationMs(text);
      if (ms !== null && ms >= atLeast) return ms;
      const least = atLeast > 1 ? ` of at least ${atLeast}ms` : '';
      context.issues.push({
        code: 'custom',
        input: text,
        message: `"${text}" is not a duration${least}: write a whole number and a unit, such as 500ms, 30s, 5m, 2h or 7d`,
      });
      return z.NEVER;
    })
    .register(takenBy, { takes: `a duration from ${durationText(atLeast)}` });
}

export function wholeNumber(fallback: number, { least, most }: { least: number; most: number }) {
  return z
    .string()
    .default(String(fallback))
    .transform((text, context) => {
      const value = /^\d+$/.test(text) ? Number(text) : NaN;
      if (value >= least && value <= most) return value;
      context.issues.push({
        code: 'custom',
        input: text,
        message: `"${text}" is not a whole number from ${least} to ${most}`,
      });
      return z.NEVER;
    })
    .register(takenBy, { takes: `a whole number from ${least} to ${most}` });
}

export function flag(fallback: boolean) {
  return z
    .enum(['true', 'false'], { error: 'must be true or false' })
    .default(fallback ? 'true' : 'false')
    .transform((text) => text === 'true');
}

export function address(protocols: readonly string[], example: string) {
  return z
    .string()
    .refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol), {
      error: `must be an address such as ${example}`,
    })
    .register(takenBy, { takes: `an address with ${protocols.map((name) => `${name}//`).join(' or ')}` });
}

/** Comma-separated names. */
export const names = z.string().transform((text) => [
  ...new Set(
    text
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== ''),
  ),
]);

function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, origin } = new URL(text);
  return (protocol === 'https:' || protocol === 'http:') && origin === text;
}

/** Comma-separated origins, as browsers send them. */
export const origins = names.superRefine((list, context) => {
  for (const origin of list) {
    if (isOrigin(origin)) continue;
    const example = 'write a scheme, a host and perhaps a port, such as https://app.example.com';
    context.addIssue({ code: 'custom', message: `"${origin}" is no origin: ${example}` });
  }
});
