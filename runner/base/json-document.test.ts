import { expect } from 'chai';
import fc from 'fast-check';
import { UsageError } from './errors.ts';
import { JsonDocument } from './json-document.ts';

const SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['name'],
  properties: {
    name: { type: 'string', minLength: 1 },
    colour: { description: 'a colour', enum: ['red', 'green'] },
    list: {
      type: 'array',
      items: { type: 'object', additionalProperties: false, properties: { size: { type: 'number' } } },
    },
  },
};

function document(text: string, takesComments = true): JsonDocument {
  return new JsonDocument('f.json', text, { kind: 'a test', hint: 'HINT', takesComments });
}

function complaint(text: string, takesComments = true): string {
  try {
    document(text, takesComments).check(SCHEMA, 'option');
  } catch (error) {
    if (error instanceof UsageError) return error.line;
    throw error;
  }
  return 'none';
}

describe('JSON documents', () => {
  it('know on which line things stand', () => {
    const text = '{\n  // why\n  "name": "n",\n  "list": [\n    {},\n    { "size":\n 3 }\n  ]\n}\n';
    const it = document(text);
    expect(it.value).to.deep.equal({ name: 'n', list: [{}, { size: 3 }] });
    expect(it.line([])).to.equal(1);
    expect(it.at(['name'])).to.equal('f.json:3');
    expect(it.line(['list', 1])).to.equal(6);
    expect(it.line(['list', 1, 'size'])).to.equal(6);
    expect(it.line(['list', 1, 'weight', 'deeper'])).to.equal(6);
    expect(complaint(text)).to.equal('none');
  });

  const complaints: [string, RegExp][] = [
    ['', /f\.json:1 is not JSON: value expected/],
    ['[]', /contains no JSON object/],
    ['{\n"name": }', /f\.json:2 is not JSON: value expected/],
    ['{\n"name": "n"\n"list": []}', /f\.json:3 is not JSON: comma expected/],
    ['{"name": "n",\n"name": "m"}', /f\.json:2: name occurs twice/],
    ['{"name": "n",\n"colur": "red"}', /f\.json:2: there is no option colur \(did you mean colour\?\)/],
    ['{"name": "n",\n"colour": "gren"}', /f\.json:2: colour cannot be "gren": red, green \(did you mean green\?\)/],
    ['{"name": "n",\n"colour": 5}', /colour cannot be 5: red, green \(a colour\)/],
    ['{}', /f\.json:1: name is missing/],
    ['{"name": ""}', /name cannot be "": it is empty/],
    ['{"name": 5}', /name cannot be 5: it must be text/],
    ['{"name": "n",\n\n"list": [{},\n{"siz": 1}]}', /f\.json:4: list has no siz \(did you mean size\?\)/],
    ['{"name": "n", "__proto__": 1}', /there is no option __proto__/],
  ];
  for (const [text, line] of complaints) {
    it(`complain about ${JSON.stringify(text)}`, () => {
      expect(complaint(text)).to.match(line);
    });
  }

  it('take comments and trailing commas only where they are welcome', () => {
    const text = '{\n"name": "n", // n\n}';
    expect(complaint(text)).to.equal('none');
    expect(complaint(text, false)).to.match(/f\.json:2 is not JSON/);
  });

  it('complain in one line, whatever the text', () => {
    const pieces = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '"',
      ':',
      ',',
      '//',
      '/*',
      '\n',
      'name',
      '1',
      'null',
      '\\u',
      '"a"',
    );
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(pieces).map((list) => list.join('')),
    );
    fc.assert(fc.property(texts, (text) => void complaint(text)));
  });
});
