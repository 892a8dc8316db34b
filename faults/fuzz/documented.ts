import type { HttpRequest } from './wire/http-request.ts';

/** Whether the OpenAPI document knows this answer to the request; true for addresses that it does not describe. */
export type Documented = (request: HttpRequest, status: number) => boolean;

/** Path → method → what is documented of it, `responses` by status. */
type Paths = Readonly<
  Record<string, Readonly<Record<string, { responses?: Readonly<Record<string, unknown>> }>>>
>;

interface Template {
  readonly pattern: RegExp;
  readonly parameters: number;
  readonly statuses: ReadonlyMap<string, ReadonlySet<string>>;
}

function templateOf([path, operations]: [string, Paths[string]]): Template {
  const parts = path.split(/\{\w+\}/).map((text) => text.replaceAll(/[.*+?^$()[\]\\|]/g, String.raw`\$&`));
  const statuses = Object.entries(operations).map(
    ([method, { responses = {} }]) => [method.toUpperCase(), new Set(Object.keys(responses))] as const,
  );
  return {
    pattern: new RegExp(`^${parts.join('[^/]+')}$`),
    parameters: parts.length - 1,
    statuses: new Map(statuses),
  };
}

/** What HTTP itself answers to a conditional request in place of a 200. */
const NOT_MODIFIED = 304;

/** HEAD is as GET is; every other method that an address has not is answered 405. */
export function documentedAnswers(paths: Paths): Documented {
  const templates = Object.entries(paths)
    .map(templateOf)
    .toSorted((left, right) => left.parameters - right.parameters);
  return ({ method, path }, status) => {
    const [address = ''] = path.split(/[?#]/);
    const template = templates.find(({ pattern }) => pattern.test(address));
    const statuses = template?.statuses.get(method === 'HEAD' ? 'GET' : method);
    return statuses === undefined || status === NOT_MODIFIED || statuses.has(String(status));
  };
}
