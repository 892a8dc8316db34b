import { isJsonObject, type JsonObject } from '../json.ts';

/** A tool that the caller runs. */
export interface OwnTool {
  readonly name: string;
  readonly inputSchema: JsonObject;
}

/** A tool that the endpoint runs itself. */
export interface ServerTool {
  readonly name: 'web_search' | 'web_fetch';
  readonly maxUses: number;
  readonly allowedDomains: readonly string[];
  readonly blockedDomains: readonly string[];
  readonly citations: boolean;
}

export interface OfferedTools {
  readonly own: readonly OwnTool[];
  readonly server: readonly ServerTool[];
}

const SERVER_TYPE = /^(?<name>web_search|web_fetch)_20\d{6}$/;
const OWN_NAME = /^[\w-]{1,128}$/;

/** The tools of a body that passed {@link toolProblems}. */
export function offeredTools(body: JsonObject): OfferedTools {
  const tools = Array.isArray(body['tools']) ? body['tools'].filter(isJsonObject) : [];
  return { own: tools.flatMap(ownTool), server: tools.flatMap(serverTool) };
}

/** What the API answers 400 to in `tools`. */
export function toolProblems(tools: unknown): string[] {
  if (tools === undefined) return [];
  if (!Array.isArray(tools)) return ['tools: Input should be a list of tools'];
  const names = tools.map((tool) => (isJsonObject(tool) ? tool['name'] : null));
  return tools.flatMap((tool, index) => {
    const path = `tools.${index}`;
    if (!isJsonObject(tool)) return [`${path}: Input should be an object`];
    const isTwice = names.indexOf(tool['name']) !== index;
    return [
      ...(isTwice ? [`${path}.name: Tool names must be unique.`] : []),
      ...(isOwn(tool) ? ownProblems(tool, path) : serverProblems(tool, path)),
    ];
  });
}

function isOwn(tool: JsonObject): boolean {
  return tool['type'] === undefined || tool['type'] === null || tool['type'] === 'custom';
}

function ownTool(tool: JsonObject): OwnTool[] {
  const { name, input_schema: inputSchema } = tool;
  if (!isOwn(tool) || typeof name !== 'string' || !isJsonObject(inputSchema)) return [];
  return [{ name, inputSchema }];
}

function serverTool(tool: JsonObject): ServerTool[] {
  const name = serverName(tool);
  if (name === null) return [];
  const { max_uses: maxUses, citations } = tool;
  return [
    {
      name,
      maxUses: typeof maxUses === 'number' ? maxUses : Infinity,
      allowedDomains: textsOf(tool['allowed_domains']),
      blockedDomains: textsOf(tool['blocked_domains']),
      citations: name === 'web_search' || (isJsonObject(citations) && citations['enabled'] === true),
    },
  ];
}

function serverName({ type }: JsonObject): ServerTool['name'] | null {
  const name = typeof type === 'string' ? SERVER_TYPE.exec(type)?.groups?.['name'] : undefined;
  return name === 'web_search' || name === 'web_fetch' ? name : null;
}

function ownProblems(tool: JsonObject, path: string): string[] {
  const { name, description, input_schema: schema } = tool;
  const isNamed = typeof name === 'string' && OWN_NAME.test(name);
  return [
    ...(isNamed ? [] : [`${path}.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'`]),
    ...(description === undefined || typeof description === 'string'
      ? []
      : [`${path}.description: Input should be a valid string`]),
    ...(isJsonObject(schema) && schema['type'] === 'object'
      ? []
      : [`${path}.input_schema.type: Input should be 'object'`]),
  ];
}

function serverProblems(tool: JsonObject, path: string): string[] {
  const name = serverName(tool);
  if (name === null) return [`${path}: Input tag '${String(tool['type'])}' does not match any of the tools`];
  const { max_uses: maxUses, allowed_domains: allowed, blocked_domains: blocked } = tool;
  const isCounted =
    maxUses === undefined ||
    maxUses === null ||
    (typeof maxUses === 'number' && Number.isInteger(maxUses) && maxUses > 0);
  return [
    ...(tool['name'] === name ? [] : [`${path}.name: Input should be '${name}'`]),
    ...(isCounted ? [] : [`${path}.max_uses: Input should be greater than 0`]),
    ...(isGiven(allowed) && isGiven(blocked)
      ? [`${path}: Only one of allowed_domains and blocked_domains may be given`]
      : []),
    ...domainProblems(allowed, `${path}.allowed_domains`),
    ...domainProblems(blocked, `${path}.blocked_domains`),
  ];
}

function isGiven(list: unknown): boolean {
  return Array.isArray(list) && list.length > 0;
}

function domainProblems(list: unknown, path: string): string[] {
  if (list === undefined || list === null) return [];
  const areDomains =
    Array.isArray(list) &&
    list.every((domain) => typeof domain === 'string' && /^[\w*.-]+(?:\/\S*)?$/.test(domain));
  return areDomains ? [] : [`${path}: Input should be a list of domains without a scheme`];
}

function textsOf(list: unknown): string[] {
  return Array.isArray(list) ? list.filter((item) => typeof item === 'string') : [];
}
