/** Decorates a text. */
export type Paint = (text: string) => string;

/** Gives text a colour or weight by escape sequences (ECMA-48, SGR), or leaves it as it is. */
export interface Colours {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly red: Paint;
  readonly green: Paint;
  readonly yellow: Paint;
  readonly cyan: Paint;
}

/** Colours that are real where the output is `capable` of them. */
export function createColours(capable: boolean): Colours {
  const between =
    (open: number, close: number): Paint =>
    (text) =>
      capable && text !== "" ? `\u001B[${open}m${text}\u001B[${close}m` : text;
  return {
    bold: between(1, 22),
    dim: between(2, 22),
    red: between(31, 39),
    green: between(32, 39),
    yellow: between(33, 39),
    cyan: between(36, 39),
  };
}
