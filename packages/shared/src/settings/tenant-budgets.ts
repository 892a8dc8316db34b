import { z } from 'zod';
import { budgetSchema, type Budget } from '../contract/goal-request.ts';

/** What a tenant may spend in a day (UTC); null for any. */
export type TenantBudgets = (tenant: string) => Budget | null;

/** Stands for every tenant that is not named. */
const EVERY_OTHER = '*';
const ENTRY = /^([A-Za-z0-9_-]{1,64}|\*):(\d*):(\d+(?:\.\d+)?)?$/;
const EXPECTED = 'expected tenant:tokens:dollars, such as acme:2000000:25, one of the two perhaps empty';

/** Comma-separated `tenant:maxTokens:maxCostUsd` of a day, each tenant once; `*` for every other. */
export const tenantBudgets = z
  .string()
  .default('')
  .transform((text, context): TenantBudgets => {
    const budgets = new Map<string, Budget>();
    const entries = text.split(',').map((entry) => entry.trim());
    for (const [index, entry] of entries.entries()) {
      if (entry === '') continue;
      const read = readEntry(entry);
      const fault =
        typeof read === 'string'
          ? read
          : budgets.has(read.tenant)
            ? `${read.tenant} has a budget already`
            : null;
      if (fault !== null) {
        context.issues.push({ code: 'custom', input: text, message: `entry ${index + 1}: ${fault}` });
      } else if (typeof read !== 'string') budgets.set(read.tenant, read.budget);
    }
    return (tenant) => budgets.get(tenant) ?? budgets.get(EVERY_OTHER) ?? null;
  });

function readEntry(entry: string): { readonly tenant: string; readonly budget: Budget } | string {
  const [, tenant, tokens = '', dollars = ''] = ENTRY.exec(entry) ?? [];
  if (tenant === undefined) return EXPECTED;
  const { data, error } = budgetSchema.safeParse({
    ...(tokens !== '' && { maxTokens: Number(tokens) }),
    ...(dollars !== '' && { maxCostUsd: Number(dollars) }),
  });
  if (data) return { tenant, budget: data };
  return error.issues.map(({ path, message }) => [...path, message].join(' ')).join('; ');
}
