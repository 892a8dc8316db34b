import { invalidRequest } from '../api/api-error.ts';
import { isJsonObject, type JsonObject } from '../json.ts';

/** One request of a batch; what is wrong with `params` is its own result. */
export interface BatchItem {
  readonly customId: string;
  readonly params: JsonObject;
}

const MAX_ITEMS = 100_000;
const CUSTOM_ID = /^[\w-]{1,64}$/;

/** Throws 400 naming everything that is wrong with the body as a batch. */
export function readBatch(body: unknown): BatchItem[] {
  const requests = isJsonObject(body) ? body['requests'] : undefined;
  if (!Array.isArray(requests) || requests.length === 0) {
    throw invalidRequest('requests: a list of at least one request is required');
  }
  if (requests.length > MAX_ITEMS) throw invalidRequest(`requests: at most ${MAX_ITEMS} requests`);
  const seen = new Set<string>();
  const problems: string[] = [];
  const items = requests.map((request: unknown, index): BatchItem => {
    const { custom_id: customId, params } = isJsonObject(request) ? request : {};
    const id = typeof customId === 'string' ? customId : '';
    if (!CUSTOM_ID.test(id)) {
      problems.push(`requests.${index}.custom_id: 1 to 64 letters, digits, _ or -`);
    } else if (seen.has(id)) problems.push(`requests.${index}.custom_id: "${id}" is given twice`);
    seen.add(id);
    if (!isJsonObject(params)) problems.push(`requests.${index}.params: Field required`);
    return { customId: id, params: isJsonObject(params) ? params : {} };
  });
  if (problems.length > 0) throw invalidRequest(problems.slice(0, 20).join('; '));
  return items;
}
