/** The file that is run for a file of the project: its bundle while that is as new as the sources, else itself. */
export function fileToRun(folder: string, file: string): string;
