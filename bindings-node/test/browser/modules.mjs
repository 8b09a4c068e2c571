// The modules of the package that is tested, those too that it does not export.

export const MODULES = new URL('.', import.meta.resolve('presize/browser'));

export const moduleOf = (name) => import(new URL(name, MODULES));
