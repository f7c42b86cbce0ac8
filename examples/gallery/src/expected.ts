import { letterSchema } from '@gameday/reporter/journal';
import { z } from 'zod';

const ids = z.array(z.string().min(1)).default([]);

const formSchema = z.strictObject({
  causes: ids.describe('Causes that the report must name, by id: "durability.lost".'),
  notCauses: ids.describe('Causes that would be false of this form.'),
  shown: ids.describe('Patterns that the report must see, by id: "write-behind".'),
  notShown: ids.describe('Patterns that this form does not have, so that to see one would be false.'),
  alarms: ids.describe('Alarms that must go off, by name.'),
  silent: ids.describe('Alarms that must never go off.'),
  atMost: letterSchema.optional().describe('The best letter that it may get.'),
});

/** `expected.yaml` of an example: what an honest report says of its forms, and what it must not say. */
export const expectedSchema = z.strictObject({
  title: z.string().min(1).describe('The pattern, in a few words.'),
  account: z.string().min(1).describe('Whose account of the day it rebuilds.'),
  needs: z.array(z.string().min(1)).default([]).describe('Programs that it needs beside Node: redis-server.'),
  scenario: z
    .string()
    .min(1)
    .default('../short-day.yaml')
    .describe('A scenario of the library by name, or a file seen from here. Default ../short-day.yaml.'),
  naive: formSchema,
  resilient: formSchema,
  others: z.record(z.string(), formSchema).default({}).describe('Further forms, by folder.'),
});
export type Expected = z.output<typeof expectedSchema>;
export type ExpectedForm = z.output<typeof formSchema>;

/** Every form of an example by folder, the naive one first. */
export const formsOf = ({ naive, resilient, others }: Expected): readonly (readonly [string, ExpectedForm])[] => [
  ['naive', naive],
  ...Object.entries(others),
  ['resilient', resilient],
];
