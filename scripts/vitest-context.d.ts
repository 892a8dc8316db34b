import 'vitest';
import type { Redis } from './redis.mjs';

declare module 'vitest' {
  interface ProvidedContext {
    /** The Redis of this test run, shared by every test file: `inject('redisUrl')`. Use keys of your own. */
    redisUrl: string;
    /** Of this run of the end-to-end tests: e2e/shared-batons.ts. */
    run: string;
  }
}

declare global {
  var batonTestRedis: { started: Promise<Redis>; users: number } | undefined;
}
