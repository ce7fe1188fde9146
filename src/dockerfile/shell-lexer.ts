/**
 * Words as BuildKit's shell lexer reads them (frontend/dockerfile/shell/lex.go): quotes, escapes and variables.
 *
 * It is the one thing that both the expansion of variables and the search for here-documents are made of.
 */
import { fromByteText, isSpace, type ByteText } from "./byte-text.ts";
import { LexerError } from "./lexer-error.ts";
import { replaceMatches, trimMatch } from "./shell-pattern.ts";

/** What is known of a variable. */
export interface Value {
  readonly text: ByteText;
  /** Variables without a value that its own text was made of. */
  readonly missing: readonly string[];
}

/** How words are read. */
export interface LexerOptions {
  readonly escape: string;
  /** The value of a set variable. Without it variables stay as they are written. */
  readonly lookup?: (name: string) => Value | undefined;
  /** Whether quotes and escape characters stay in the words. */
  readonly raw?: boolean;
}

/** What was read. */
export interface Lexed {
  readonly text: ByteText;
  /** The text, split at spaces that are neither quoted nor escaped. */
  readonly words: readonly ByteText[];
  /** Variables without a value that came out empty. */
  readonly missing: readonly string[];
  /** Variables without a value that the text itself provides for, as `${A:-default}` does. */
  readonly unset: readonly string[];
}

/** A character that may mean something else than itself; most texts have none. */
const HAS_MEANING = /[$'"<\\`]/;
const WORDS = /[^ \t\n\v\f\r]+/g;

/** Reads a text. Throws a `LexerError` where BuildKit refuses it. */
export function lex(text: ByteText, options: LexerOptions): Lexed {
  if (!HAS_MEANING.test(text)) return { text, words: text.match(WORDS) ?? [], missing: [], unset: [] };
  const lexer = new Lexer(text, options);
  const { result, words } = lexer.read(undefined, options.raw ?? false);
  return { text: result, words, missing: [...lexer.missing], unset: [...lexer.unset] };
}

/** One piece of a word, and whether spaces in it end the word. */
interface Piece {
  readonly text: ByteText;
  readonly splits: boolean;
}

class Lexer {
  readonly missing = new Set<string>();
  readonly unset = new Set<string>();
  readonly #text: ByteText;
  readonly #options: LexerOptions;
  #at = 0;

  constructor(text: ByteText, options: LexerOptions) {
    this.#text = text;
    this.#options = options;
  }

  /** Reads up to the character `stop`, or to the end. */
  read(stop: string | undefined, keepEscapes: boolean): { result: ByteText; words: readonly ByteText[] } {
    const words = new Words();
    let result = "";
    for (let next = this.#peek(); next !== ""; next = this.#peek()) {
      if (next === stop) {
        this.#at += 1;
        return { result, words: words.all() };
      }
      const piece = this.#piece(next, keepEscapes);
      words.add(piece);
      result += piece.text;
    }
    if (stop !== undefined) throw new LexerError(`the closing \`${stop}\` of a \`\${…}\` is missing`);
    return { result, words: words.all() };
  }

  #piece(next: string, keepEscapes: boolean): Piece {
    if (next === "$") return { text: this.#variable(), splits: true };
    if (next === "'") return { text: this.#singleQuoted(), splits: false };
    if (next === '"') return { text: this.#doubleQuoted(keepEscapes), splits: false };
    if (next === "<") return { text: this.#lessThan(), splits: false };
    this.#at += 1;
    if (next !== this.#options.escape) return { text: next, splits: true };
    return { text: (keepEscapes ? next : "") + this.#take(), splits: false };
  }

  #singleQuoted(): ByteText {
    const end = this.#text.indexOf("'", this.#at + 1);
    if (end < 0) throw new LexerError("the closing single quote is missing");
    const content = this.#text.slice(this.#at + 1, end);
    this.#at = end + 1;
    return this.#options.raw === true ? `'${content}'` : content;
  }

  #doubleQuoted(keepEscapes: boolean): ByteText {
    this.#at += 1;
    let content = "";
    for (let next = this.#peek(); next !== '"'; next = this.#peek()) {
      if (next === "") throw new LexerError("the closing double quote is missing");
      if (next === "$") content += this.#variable();
      else content += this.#quotedCharacter(keepEscapes);
    }
    this.#at += 1;
    return this.#options.raw === true ? `"${content}"` : content;
  }

  /** Between double quotes only the quote, the dollar and the escape character itself can be escaped. */
  #quotedCharacter(keepEscapes: boolean): ByteText {
    const { escape } = this.#options;
    const character = this.#take();
    if (character !== escape) return character;
    const kept = keepEscapes ? escape : "";
    if (this.#peek() === "") return kept;
    return kept + (['"', "$", escape].includes(this.#peek()) ? this.#take() : escape);
  }

  /** The spaces behind `<<` belong to the word, so that `<< EOF` is one. */
  #lessThan(): ByteText {
    const spaces = /^<<[ \t\r]*|^</.exec(this.#text.slice(this.#at))?.[0] ?? "";
    this.#at += spaces.length;
    return spaces;
  }

  #variable(): ByteText {
    this.#at += 1;
    if (this.#peek() === "{") return this.#bracedVariable();
    const name = this.#variableName();
    if (name === "") return "$";
    return this.#options.lookup === undefined ? `$${name}` : this.#plainValue(name);
  }

  #bracedVariable(): ByteText {
    const start = this.#at - 1;
    this.#at += 1;
    if (this.#peek() === "") throw new LexerError("the closing `}` of a `${…}` is missing");
    if ("{}:".includes(this.#peek())) throw new LexerError("a `${…}` names no variable");
    const name = this.#variableName();
    const value = this.#modified(name, this.#take());
    return this.#options.lookup === undefined ? this.#text.slice(start, this.#at) : value;
  }

  #modified(name: string, operator: string): ByteText {
    if (operator === "}") return this.#plainValue(name);
    if (operator === "/") return this.#replaced(name);
    const colon = operator === ":";
    const kind = colon ? this.#take() : operator;
    if (kind === "" || !"+-?#%".includes(kind))
      throw new LexerError(`\`\${${name}${operator}…}\` is not known`);
    const isPattern = kind === "#" || kind === "%";
    const word = this.read("}", isPattern).result;
    if (isPattern) return trimMatch(this.#plainValue(name), word, kind);
    const value = this.#lookUp(name);
    const isEmpty = value === undefined || (colon && value.text === "");
    if (kind === "?") return this.#required(name, isEmpty, word);
    if (value === undefined) this.unset.add(name);
    if (kind === "+") return isEmpty ? "" : word;
    return isEmpty ? word : this.#plainValue(name);
  }

  #required(name: string, isEmpty: boolean, message: ByteText): ByteText {
    if (!isEmpty || this.#options.lookup === undefined) return this.#plainValue(name);
    throw new LexerError(`${name}: ${message === "" ? "it must have a value" : fromByteText(message)}`);
  }

  #replaced(name: string): ByteText {
    const all = this.#peek() === "/";
    if (all) this.#at += 1;
    const pattern = this.read("/", true).result;
    const replacement = this.read("}", true).result;
    return replaceMatches(this.#plainValue(name), pattern, replacement, all);
  }

  #plainValue(name: string): ByteText {
    const value = this.#lookUp(name);
    for (const missing of value?.missing ?? [name]) this.missing.add(missing);
    return value?.text ?? "";
  }

  #lookUp(name: string): Value | undefined {
    return this.#options.lookup?.(name);
  }

  #variableName(): string {
    const rest = this.#text.slice(this.#at);
    const name = /^(?:[0-9]+|[@*#?\-$!]|[A-Za-z_][A-Za-z0-9_]*)/.exec(rest)?.[0] ?? "";
    this.#at += name.length;
    return name;
  }

  #peek(): string {
    return this.#text[this.#at] ?? "";
  }

  #take(): string {
    const next = this.#peek();
    this.#at += next.length;
    return next;
  }
}

class Words {
  readonly #words: ByteText[] = [];
  #word = "";

  add({ text, splits }: Piece): void {
    if (!splits) this.#word += text;
    else for (const character of text) this.#addCharacter(character);
  }

  all(): readonly ByteText[] {
    return this.#word === "" ? this.#words : [...this.#words, this.#word];
  }

  #addCharacter(character: string): void {
    if (!isSpace(character)) this.#word += character;
    else if (this.#word !== "") {
      this.#words.push(this.#word);
      this.#word = "";
    }
  }
}
