import { defineConfig } from 'vitest/config';

const source = {
  resolve: { conditions: ['baton-source'] },
  ssr: { resolve: { conditions: ['baton-source'] } },
};

/**
 * `unit` runs in process on the sources; `redis` adds a real Redis; `e2e` starts the built programs. Type tests (`.test-d.ts`)
 * belong to the check `types`. Files of a project share processes and loaded modules (`isolate`): a test takes back what it
 * changes in them, and replaces no module (`vi.mock`).
 */
export default defineConfig({
  test: {
    projects: [
      {
        ...source,
        test: {
          name: 'unit',
          include: [
            '{apps,packages}/*/src/**/*.test.ts',
            '{scripts,bench}/**/*.test.mjs',
            'faults/**/*.test.ts',
            'k8s/**/*.test.ts',
          ],
          exclude: ['**/node_modules/**', '**/dist/**', '**/*.redis.test.ts'],
          isolate: false,
          maxWorkers: 3,
          testTimeout: 20_000,
        },
      },
      {
        ...source,
        test: {
          name: 'redis',
          include: ['{apps,packages}/*/src/**/*.redis.test.ts'],
          isolate: false,
          maxWorkers: 3,
          globalSetup: ['./scripts/vitest-redis.mjs'],
          sequence: { groupOrder: 0 },
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['e2e/**/*.test.ts'],
          globalSetup: [
            './scripts/vitest-programs.mjs',
            './scripts/vitest-redis.mjs',
            './e2e/shared-batons.ts',
          ],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          isolate: false,
          maxWorkers: 4,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
