import { parseJsonReply } from '@baton/plan/prompts/json-reply';
import { looksLikeXml, readXmlPlan, XML_INSTRUCTION } from '@baton/plan/prompts/xml-plan';
import type { ModelAccess } from '@baton/shared/model/model-access';
import type { ReplyForm } from '@baton/shared/model/structured-call';
import { parseXmlReply } from '@baton/shared/model/xml-reply';

/**
 * The form in which a plan is asked for and read; none where the endpoint is held to the schema. Whatever is asked for, a
 * plan is read in the form in which it comes.
 * @param workers the types that plans may name.
 */
export function planForm(
  { structuredOutput, plansInXml }: Pick<ModelAccess, 'structuredOutput' | 'plansInXml'>,
  workers: readonly string[],
): { readonly form?: ReplyForm } {
  if (structuredOutput === 'native') return {};
  return {
    form: {
      instruction: plansInXml ? XML_INSTRUCTION : null,
      read(text) {
        if (looksLikeXml(text)) return readXmlPlan(parseXmlReply(text), workers);
        const reply = parseJsonReply(text);
        return reply.kind === 'unreadable' && plansInXml ? readXmlPlan([], workers) : reply;
      },
    },
  };
}
