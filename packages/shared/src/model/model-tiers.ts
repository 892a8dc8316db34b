import type { ModelTier } from '@baton/plan/worker-type';

/** The model id that serves each tier. */
export type ModelTiers = Readonly<Record<ModelTier, string>>;

export const defaultModelTiers: ModelTiers = {
  fast: 'claude-haiku-5-5',
  balanced: 'claude-sonnet-5-5',
  strong: 'claude-opus-5-5',
};

/** The tiers with every model id that was configured in place of the default. */
export function modelTiersWith(configured: Readonly<Partial<Record<ModelTier, string>>>): ModelTiers {
  return {
    fast: configured.fast ?? defaultModelTiers.fast,
    balanced: configured.balanced ?? defaultModelTiers.balanced,
    strong: configured.strong ?? defaultModelTiers.strong,
  };
}
