import * as nodeModule from 'node:module';

type Next = (specifier: string, context: unknown) => unknown;
type Resolve = (specifier: string, context: unknown, next: Next) => unknown;

/** In newer Nodes than 20, and there in place of `register`. */
interface SynchronousHooks {
  registerHooks?: (hooks: { resolve: Resolve }) => void;
}

let resolvable = false;

/**
 * Makes `import … from '@baton/worker'` mean this very program, wherever the importing module lies, and `zod` the copy
 * that this program uses where the module has none of its own.
 */
export function makeOwnPackageResolvable(): void {
  if (resolvable) return;
  resolvable = true;
  const own = import.meta.resolve('@baton/worker');
  const zod = import.meta.resolve('zod');
  const { registerHooks } = nodeModule as SynchronousHooks;
  if (registerHooks) {
    registerHooks({
      resolve(specifier, context, next) {
        if (specifier === '@baton/worker') return { url: own, shortCircuit: true };
        try {
          return next(specifier, context);
        } catch (error) {
          if (specifier === 'zod') return { url: zod, shortCircuit: true };
          throw error;
        }
      },
    });
    return;
  }
  const hook = `export async function resolve(specifier, context, next) {
    if (specifier === '@baton/worker') return { url: ${JSON.stringify(own)}, shortCircuit: true };
    try {
      return await next(specifier, context);
    } catch (error) {
      if (specifier === 'zod') return { url: ${JSON.stringify(zod)}, shortCircuit: true };
      throw error;
    }
  }`;
  nodeModule.register(`data:text/javascript,${encodeURIComponent(hook)}`);
}
