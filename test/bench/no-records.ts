/** The stand-in for what shows records to views, in the program without: nothing keeps or counts a call. */

export const showTo = (): void => {};
