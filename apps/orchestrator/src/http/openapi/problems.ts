import { problemTypes, type ProblemType } from '@baton/shared/contract/problem';
import { problemDocument, ProblemError } from '../problem.ts';
import { problemExamples } from './examples/problems.ts';
import { headersOf, rateLimitHeaders, type ReplyHeader } from './headers.ts';
import type { Json } from './json.ts';
import { schemaOf } from './schemas.ts';

/** What every operation may answer, whatever it does. */
export const everywhere: readonly ProblemType[] = [
  'invalid_request',
  'malformed_json',
  'unauthorized',
  'forbidden',
  'request_timeout',
  'too_large',
  'unsupported_media_type',
  'expectation_failed',
  'rate_limited',
  'headers_too_large',
  'internal',
  'unavailable',
];

const headersByStatus: Readonly<Record<number, readonly ReplyHeader[]>> = {
  401: ['WWW-Authenticate'],
  405: ['Allow'],
  429: ['Retry-After'],
  503: ['Retry-After'],
};

/** Answered before anybody looks at the key. */
const beforeKeys: ReadonlySet<number> = new Set([401, 408, 417, 431]);

/** Problems of one status. */
interface Group {
  readonly status: number;
  readonly types: readonly ProblemType[];
}

/** By status, each type once, in the order of the contract. */
function groupsOf(types: readonly ProblemType[]): Group[] {
  const known = (Object.keys(problemTypes) as ProblemType[]).filter((type) => types.includes(type));
  const statuses = [...new Set(known.map((type) => problemTypes[type].status))];
  return statuses
    .toSorted((left, right) => left - right)
    .map((status) => ({ status, types: known.filter((type) => problemTypes[type].status === status) }));
}

function nameOf({ types }: Group): string {
  const pascal = (type: string): string =>
    type.replaceAll(/(?:^|_)(.)/g, (_match, letter: string) => letter.toUpperCase());
  return types.map(pascal).join('Or');
}

function exampleOf(type: ProblemType): Json {
  const { detail, instance, errors } = problemExamples[type];
  return { value: problemDocument(new ProblemError(type, detail, errors ?? []), instance) };
}

function replyOf({ status, types }: Group): Json {
  const titles = types.map((type) => problemTypes[type].title);
  const type = { enum: types.map((name) => `urn:baton:problem:${name}`) };
  return {
    description: titles.join(', or '),
    headers: headersOf([
      ...(headersByStatus[status] ?? []),
      ...(beforeKeys.has(status) ? [] : rateLimitHeaders),
    ]),
    content: {
      'application/problem+json': {
        schema: { ...schemaOf('Problem'), properties: { type, status: { const: status } } },
        examples: Object.fromEntries(types.map((name) => [name, exampleOf(name)])),
      },
    },
  };
}

/** `components.responses`: one for each group of problems that any of these lists makes. */
export function problemComponents(lists: readonly (readonly ProblemType[])[]): Json {
  const groups = lists.flatMap(groupsOf);
  return Object.fromEntries(groups.map((group) => [nameOf(group), replyOf(group)]));
}

/** By status, references to what {@link problemComponents} makes of the same list. */
export function problemReplies(types: readonly ProblemType[]): Json {
  return Object.fromEntries(
    groupsOf(types).map((group) => [group.status, { $ref: `#/components/responses/${nameOf(group)}` }]),
  );
}
