// htmx is loaded before the modules, as a script of its own. Only what they call is told here.
declare const htmx: {
  ajax(verb: string, path: string, context: { source?: Element; target?: Element | string; swap?: string; values?: object }): Promise<void>;
  process(element: Element): void;
  swap(target: string, content: string, how: { swapStyle: string }): void;
  trigger(element: Element | string, event: string): void;
};
