import { expect, it } from 'vitest';
import { tenantBudgets } from './tenant-budgets.ts';

const faultsOf = (text: string): string[] =>
  tenantBudgets.safeParse(text).error?.issues.map(({ message }) => message) ?? [];

it('gives each tenant its own budget, and every other the one of the star', () => {
  const budgetOf = tenantBudgets.parse('acme:2000000:25, beta::0.5,*:500000:');
  expect(budgetOf('acme')).toEqual({ maxTokens: 2_000_000, maxCostUsd: 25 });
  expect(budgetOf('beta')).toEqual({ maxCostUsd: 0.5 });
  expect(budgetOf('gamma')).toEqual({ maxTokens: 500_000 });
});

it('gives none to whom it does not name', () => {
  expect(tenantBudgets.parse(undefined)('acme')).toBeNull();
  expect(tenantBudgets.parse('beta:1:')('acme')).toBeNull();
});

it.each([
  ['acme', 'entry 1: expected tenant:tokens:dollars'],
  ['acme:1', 'entry 1: expected tenant:tokens:dollars'],
  ['acme:1:1:1', 'entry 1: expected'],
  ['a b:1:', 'entry 1: expected'],
  ['acme:-1:', 'entry 1: expected'],
  ['acme::', 'must hold maxTokens, maxCostUsd or both'],
  ['acme:0:', 'maxTokens must be a whole number from 1'],
  ['acme::0', 'maxCostUsd must be more than 0'],
  ['acme:1:,acme:2:', 'entry 2: acme has a budget already'],
])('refuses %s', (text, fault) => {
  expect(faultsOf(text)).toEqual([expect.stringContaining(fault)]);
});

it('names every fault at once', () => {
  expect(faultsOf('acme,beta:0:')).toHaveLength(2);
});
