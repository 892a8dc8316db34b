import { z } from 'zod';

/** A viewer looks, an operator may also do what the dashboard allows. */
export const dashboardRoles = ['viewer', 'operator'] as const;
export type DashboardRole = (typeof dashboardRoles)[number];

export interface DashboardLogin {
  readonly name: string;
  /** Hex of the password's SHA-256; the password itself is nowhere. */
  readonly sha256: string;
  readonly role: DashboardRole;
}

const ENTRY = /^([A-Za-z0-9_.@-]{1,64}):([0-9a-f]{64})(?::([^:]+))?$/;
const EXPECTED = 'expected name:sha256hex, name:sha256hex:viewer or name:sha256hex:operator';

function isRole(text: string): text is DashboardRole {
  return (dashboardRoles as readonly string[]).includes(text);
}

/** The login, or what is wrong with the entry. */
function readEntry(entry: string): DashboardLogin | string {
  const [, name, sha256, role = 'viewer'] = ENTRY.exec(entry) ?? [];
  if (name === undefined || sha256 === undefined) return EXPECTED;
  if (!isRole(role)) return `the role is neither ${dashboardRoles.join(' nor ')}`;
  return { name, sha256, role };
}

/** Comma- or newline-separated `name:sha256hex[:viewer|operator]`, each name once; without a role a login is a viewer's. */
export const dashboardLogins = z.string().transform((text, context): DashboardLogin[] => {
  const entries = text
    .split(/[\n,]/)
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  const refuse = (message: string): void => {
    // `input` would hold digests of passwords.
    context.issues.push({ code: 'custom', input: undefined, message });
  };
  if (entries.length === 0) refuse(`holds no login: ${EXPECTED}`);
  const places = new Map<string, number>();
  return entries.flatMap((entry, index) => {
    const login = readEntry(entry);
    if (typeof login === 'string') {
      refuse(`entry ${index + 1}: ${login}`);
      return [];
    }
    const twin = places.get(login.name);
    if (twin !== undefined) refuse(`entry ${index + 1}: is a second login named as that of entry ${twin}`);
    places.set(login.name, index + 1);
    return [login];
  });
});
