import * as nodeModule from 'node:module';

const NAME = '@baton/worker';

type Resolve = (
  specifier: string,
  context: unknown,
  next: (specifier: string, context: unknown) => unknown,
) => unknown;

/** In newer Nodes than 20, and there in place of `register`. */
interface SynchronousHooks {
  registerHooks?: (hooks: { resolve: Resolve }) => void;
}

let resolvable = false;

/** Makes `import … from '@baton/worker'` mean this very program, wherever the importing module lies. */
export function makeOwnPackageResolvable(): void {
  if (resolvable) return;
  resolvable = true;
  const url = new URL('../define-worker.js', import.meta.url).href;
  const { registerHooks } = nodeModule as SynchronousHooks;
  if (registerHooks) {
    registerHooks({
      resolve: (specifier, context, next) =>
        specifier === NAME ? { url, shortCircuit: true } : next(specifier, context),
    });
    return;
  }
  const hook = `export const resolve = (specifier, context, next) =>
    specifier === ${JSON.stringify(NAME)} ? { url: ${JSON.stringify(url)}, shortCircuit: true } : next(specifier, context);`;
  nodeModule.register(`data:text/javascript,${encodeURIComponent(hook)}`);
}
