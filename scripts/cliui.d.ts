/** The part of cliui that is handed what measures and wraps text. */
declare module "*/cliui/build/lib/index.js" {
  export function cliui(
    options: object,
    text: {
      readonly stringWidth: (text: string) => number;
      readonly stripAnsi: (text: string) => string;
      readonly wrap: (text: string, columns: number, options?: object) => string;
    },
  ): unknown;
}
