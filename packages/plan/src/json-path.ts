const PLAIN_KEY = /^[A-Za-z_$][\w$]{0,79}$/;

/** A place in a JSON value as people write it: `tasks[2].dependencies[0]`; '' for the value itself. */
export function jsonPath(parts: readonly PropertyKey[]): string {
  return parts.reduce<string>((path, part) => {
    if (typeof part === 'number') return `${path}[${part}]`;
    const key = String(part);
    if (!PLAIN_KEY.test(key)) return `${path}[${JSON.stringify(key.slice(0, 80))}]`;
    return path === '' ? key : `${path}.${key}`;
  }, '');
}
