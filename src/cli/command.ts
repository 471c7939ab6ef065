/**
 * A command is facts and a function that does the work and returns a value. It does not print, prompt, colour or exit.
 */

import type { ServiceName } from '../api/model/operations.ts';
import type { Environment } from '../env.ts';
import type { ProgramName } from '../program-name.ts';
import type { GlobalName } from './globals.ts';
import type { Streams } from './io.ts';
import type { Painted, Shown } from './output/painted.ts';
import type { Choice, Session } from './session.ts';

/** The command tree: groups of commands, each loaded when needed. */
export interface GroupSpec {
  readonly kind: 'group';
  readonly name: string;
  readonly summary: string;
  /** Loads what is in the group, in the order in which help shows it. */
  readonly load: (needs: Needs) => Promise<readonly CommandNode[]>;
  /** The name of the command that runs when the group is named alone; absent: it shows its help. */
  readonly alone?: string | undefined;
  /** The names of what is in it, as far as they are known without loading it. */
  readonly names?: readonly string[] | undefined;
  /** What to type instead of words that it does not have; absent: the command that shows its help. */
  readonly hint?: string | undefined;
  /** The names of commands and groups that AWS has in its place and ssebox does not; `load` has those that are named. */
  readonly missing?: (() => Promise<readonly string[]>) | undefined;
  /** What to say of an unknown word that is known elsewhere; undefined if it is unknown there, too. */
  readonly elsewhere?: ((word: string) => Promise<string | undefined>) | undefined;
}

/** What is needed of a group. */
export interface Needs {
  /** Whether its commands are shown, with what help says of them. */
  readonly prose: boolean;
  /** The one command or group that is needed where the group has it; absent: all are. */
  readonly word?: string | undefined;
}

export type CommandNode = GroupSpec | CommandSpec;

/** A word after the command's name. */
export interface ArgumentSpec {
  readonly about: string;
  /** May be left out, even without a terminal. */
  readonly optional?: boolean | undefined;
  /** On a terminal it is asked for although it is optional, unless what else was typed makes do without it. */
  readonly needed?: Needed | undefined;
  /** With what else was typed, it is left out. */
  readonly unneeded?: ((values: CommandValues) => boolean) | undefined;
  /** Takes all remaining words. */
  readonly many?: boolean | undefined;
  /** The existing values, for prompts and completion. */
  readonly choices?: Choices | undefined;
  /** Besides its choices it may be the path of a file, always or where the words before it make it one. */
  readonly isPath?: boolean | ((values: CommandValues) => boolean) | undefined;
  /** Says what is wrong with an answer by throwing it; the question is then asked again. */
  readonly check?: Check | undefined;
  /** May name what does not exist yet: in a prompt, Enter takes what was typed and not the first choice. */
  readonly mayBeNew?: boolean | undefined;
}

/**
 * What can be chosen. What contains the typed text has to be among it; more may be.
 * @param at what is already known; absent: nothing
 */
export type Choices = (session: Session, at?: Typing) => Promise<readonly Choice[]>;

/** The text that is being typed for an argument or option, and the others of the command line. */
export interface Typing {
  readonly typed: string;
  readonly values: CommandValues;
  /** Only what begins with the typed text can be chosen, as a shell completes it; absent: what contains its words. */
  readonly isBeginning?: boolean | undefined;
  /** The service that the name is for, which has to be where the name is; absent: the one that has the name. */
  readonly service?: ServiceName | undefined;
  /** Where the name is, if not where calls of the command go; names at another endpoint are not listed. */
  readonly side?: 'store' | 'elsewhere' | undefined;
  /** Is called where there may be others than the choices, as at an endpoint, which is only asked for a page. */
  readonly others?: (() => void) | undefined;
}

/** @param asked what a person was asked for before, options with their dashes */
export type Needed = (values: CommandValues, asked: ReadonlySet<string>) => boolean;

/** @throws an error that says what is wrong with the answer to a prompt. */
export type Check = (answer: string, session: Session, values: CommandValues) => unknown;

/** A `--flag`. */
export interface OptionSpec {
  readonly about: string;
  /**
   * `boolean`: present or not; `boolean-pair`: also `--no-…`; `list`: takes several words; `repeat`: may be repeated.
   */
  readonly type: 'string' | 'boolean' | 'boolean-pair' | 'integer' | 'list' | 'repeat';
  /** The value of the option when it is given without one. */
  readonly bare?: string | undefined;
  /** The values that it takes, for help and manual, where no choices say so: `7 to 30`. */
  readonly values?: string | undefined;
  /** The word that help shows for the value. */
  readonly value?: string | undefined;
  readonly required?: boolean | undefined;
  /** One letter: `-o`. */
  readonly short?: string | undefined;
  /** Works, but is not shown in help. */
  readonly hidden?: boolean | undefined;
  readonly choices?: readonly string[] | Choices | undefined;
  readonly check?: Check | undefined;
  readonly mayBeNew?: boolean | undefined;
  /** In a prompt several of the choices can be picked, which are joined with this; a list needs nothing between. */
  readonly joinedBy?: string | undefined;
  /** On a terminal it is asked for all the same, where other values make it necessary. */
  readonly needed?: Needed | undefined;
  /** The value of the option for a text that was typed in a prompt, if that is not the text itself. */
  readonly fromPrompt?: ((text: string, session: Session) => string) | undefined;
  /** Has no place on a screen. `-` reads it from standard input, if it is bytes. */
  readonly secret?: 'text' | 'bytes' | undefined;
}

/** The words and flags of one call, as they were typed. */
export interface CommandValues {
  readonly args: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly options: Readonly<Record<string, OptionValue | undefined>>;
  /** The options of type `repeat`, in the order in which they were typed. */
  readonly repeated?: readonly Repeated[] | undefined;
}

export interface Repeated {
  readonly name: string;
  readonly value: string;
}

export type OptionValue = string | boolean | number | readonly string[];

export interface CommandSpec {
  readonly kind: 'command';
  readonly name: string;
  readonly summary: string;
  /** Paragraphs that follow the summary in help and manual. */
  readonly description?: string | undefined;
  readonly args?: Readonly<Record<string, ArgumentSpec>> | undefined;
  readonly options?: Readonly<Record<string, OptionSpec>> | undefined;
  /** Whole command lines that run as written. */
  readonly examples: readonly string[];
  /**
   * Runs without the settings, since it changes them or finds its own: they may be invalid, and what `--profile` names
   * does not need to exist.
   */
  readonly ignoresSettings?: boolean | undefined;
  /** Runs where the profile does not exist, as with one that sets nothing, since it makes no call. */
  readonly profileMayLack?: boolean | undefined;
  /** Makes no calls, so that there is nothing in it to explain. */
  readonly makesNoCalls?: boolean | undefined;
  /** Makes calls and needs nothing else of a store, so that it works with any endpoint. */
  readonly callsEndpoint?: boolean | undefined;
  /** Whether one side of what it copies is the store on this machine, wherever its calls go. */
  readonly hasLocalSide?: ((values: CommandValues) => boolean) | undefined;
  /** Makes its calls in the store all the same, and says itself what becomes of an endpoint. */
  readonly usesEndpoint?: boolean | undefined;
  /** Takes the options for one operation's input and pages, such as `--cli-input-json`. */
  readonly isOperation?: boolean | undefined;
  /** Those of them that help shows with its own. */
  readonly inputOptions?: readonly GlobalName[] | undefined;
  /** Its result is a page, which `--output tree` shows in a pipe, too. */
  readonly hasPage?: boolean | undefined;
  /** Works, but is not listed, being one of many like it. */
  readonly hidden?: boolean | undefined;
  /** Shown in help as not part of ssebox. */
  readonly unavailable?: boolean | undefined;
  /** Takes any words and options and does not look at them. */
  readonly takesAnything?: boolean | undefined;
  /** The same with what prompts say of its options, where that is loaded only when it is needed. */
  readonly described?: (() => Promise<CommandSpec>) | undefined;
  /** Does the work with the operations and returns what to show. */
  readonly run: (values: CommandValues, session: Session, program: Program) => Promise<Result>;
}

/** The result of a command. */
export type Result =
  /** A value, rendered as `--output` says. A shape gives the order of its members. */
  | {
      readonly kind: 'value';
      readonly value: unknown;
      readonly shape?: ResultShape | undefined;
      /**
       * The pages that the value was put together from, for the formats that show each for itself. The members of the
       * value then stand in the order in which they are shown.
       */
      readonly pages?: Readonly<Record<'text' | 'yaml-stream', readonly unknown[]>> | undefined;
      /** Title of its table. */
      readonly title?: string | undefined;
    }
  /** Lines that are the same in every output format, such as the AWS CLI's `upload: …`. */
  | {
      readonly kind: 'lines';
      readonly lines: AsyncIterable<string> | Iterable<string>;
      /** Their fields are separated by tabs. */
      readonly hasTabs?: boolean | undefined;
      /** The exit code, read after the last line: 1 where some transfers failed, 2 where files were skipped. */
      readonly exitCode?: (() => number) | undefined;
    }
  /** For people a text made for reading, for scripts the value behind it. */
  | {
      readonly kind: 'page';
      readonly value: unknown;
      /** The lines of the text. What is not painted yet is spelled out where it is shown. */
      readonly page: (painter: Painter) => readonly Shown[];
      /** Scripts get the text, too, unless they choose a format. */
      readonly isAlsoInPipes?: boolean | undefined;
      /** A check failed: exit code 1. */
      readonly failed?: boolean | undefined;
      /** One line on standard error about that check, in every output format. */
      readonly verdict?: string | undefined;
      /** The verdict, reported as an error after the value. */
      readonly failure?: Error | undefined;
    }
  /** Bytes for standard output as they are. */
  | {
      readonly kind: 'bytes';
      readonly bytes: AsyncIterable<Uint8Array> | Uint8Array;
      /**
       * A check that is made while the bytes are read, and so has its outcome after the last one: they are read to the
       * end even if nobody takes them. Undefined if nothing was to be checked.
       */
      readonly check?: (() => CheckOutcome | undefined) | undefined;
    }
  /** Nothing to show. `failed`: some transfers or tasks did not work (exit code 1). */
  | { readonly kind: 'none'; readonly failed?: boolean | undefined };

/** The outcome of a check: exit code 1 if it failed, and a line about it on standard error. */
export interface CheckOutcome {
  readonly failed: boolean;
  readonly verdict: string;
}

/** The service and operation whose output shape orders a value's members. */
export interface ResultShape {
  readonly service: ServiceName;
  readonly operation: string;
}

/** Colours by role, not by look. Whatever is painted is spelled out, with colour or without. */
export interface Painter {
  readonly good: (text: Shown) => Painted;
  readonly bad: (text: Shown) => Painted;
  readonly strong: (text: Shown) => Painted;
  readonly faint: (text: Shown) => Painted;
  /** One colour for each series of a chart, counted from 0; they begin again after the sixth. */
  readonly hue: (text: Shown, series: number) => Painted;
  readonly hasColor: boolean;
  /** Whether charts may be drawn with what is not ASCII. */
  readonly isUtf8: boolean;
  /** The width in columns; 80 when the output is not a terminal. */
  readonly width: number;
  /** Where there is none, nothing is shortened: what is cut off could not be had by a wider window. */
  readonly isTerminal: boolean;
}

type ArgumentSpecs = Readonly<Record<string, ArgumentSpec>>;
type OptionSpecs = Readonly<Record<string, OptionSpec>>;

interface ValueTypes {
  readonly string: string;
  readonly boolean: boolean;
  readonly 'boolean-pair': boolean;
  readonly integer: number;
  readonly list: readonly string[];
  readonly repeat: readonly string[];
}

/** What is typed for arguments of these specifications. */
export type ArgsOf<A> = {
  readonly [Name in keyof A]: A[Name] extends { readonly many: boolean }
    ? readonly string[]
    : A[Name] extends { readonly optional: boolean } | { readonly unneeded: object }
      ? string | undefined
      : string;
};

/** What is typed for options of these specifications: a switch is off, and another option undefined, when it is absent. */
export type OptionsOf<O> = {
  readonly [Name in keyof O]: O[Name] extends OptionSpec
    ?
        | ValueOf<O[Name]>
        | (O[Name] extends { readonly required: true } | { readonly type: 'boolean' } ? never : undefined)
    : never;
};

/** A text is one of its choices where these are written out. */
type ValueOf<O extends OptionSpec> = O extends { readonly type: 'string'; readonly choices: readonly (infer Choice)[] }
  ? Choice
  : ValueTypes[O['type']];

/** Of the values of a command, the options that these specifications declare. */
export interface WithOptions<O> {
  readonly options: OptionsOf<O>;
}

/** The words and flags of one call of a command with these arguments and options. */
export interface ValuesOf<A, O> extends WithOptions<O>, Pick<CommandValues, 'repeated'> {
  readonly args: ArgsOf<A>;
}

type Typed<A, O> = Omit<CommandSpec, 'kind' | 'args' | 'options' | 'run'> & {
  readonly args?: A | undefined;
  readonly options?: O | undefined;
  readonly run: (values: ValuesOf<A, O>, session: Session, program: Program) => Promise<Result>;
};

/** A command whose function sees its arguments and options by the names and types that it declares. */
export const command = <
  const A extends ArgumentSpecs = Record<never, never>,
  const O extends OptionSpecs = Record<never, never>,
>(
  spec: Typed<A, O>,
): CommandSpec =>
  // What is typed is read as the specifications say, and what they require is there before the function runs.
  ({ kind: 'command', ...spec }) as CommandSpec;

export const group = (spec: Omit<GroupSpec, 'kind'>): GroupSpec => ({ kind: 'group', ...spec });

/** The whole program, for the commands that look at all commands or run whole command lines. */
export interface Program {
  readonly tree: GroupSpec;
  /** The name by which it was called. */
  readonly name: ProgramName;
  /** The path by which it was called, which may be a link. */
  readonly file: string;
  /** Runs one command line and returns its exit code; never throws. */
  run(argv: readonly string[], environment: Environment, streams: Streams): Promise<number>;
}
