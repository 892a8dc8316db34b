export type Environment = Readonly<Record<string, string | undefined>>;

const REFERENCE = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

export interface FilledText {
  readonly text: string;
  /** The names of the variables that are not set. */
  readonly missing: readonly string[];
  /** The values of those that are. */
  readonly values: readonly string[];
}

/** The text with each `${NAME}` replaced by that variable. */
export function withVariables(text: string, environment: Environment): FilledText {
  const missing: string[] = [];
  const values: string[] = [];
  const filled = text.replaceAll(REFERENCE, (_reference, name: string) => {
    const value = environment[name];
    if (value === undefined || value === '') missing.push(name);
    else values.push(value);
    return value ?? '';
  });
  return { text: filled, missing, values };
}

/** Shorter ones could be any word. */
const SHORTEST_SECRET = 6;

/** The text without what it has of the secrets. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  return (
    secrets
      .filter((secret) => secret.length >= SHORTEST_SECRET)
      // One may be part of another.
      .toSorted((a, b) => b.length - a.length)
      .reduce((left, secret) => left.replaceAll(secret, '…'), text)
  );
}
