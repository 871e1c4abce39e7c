// Reads BPMN files as bpmn-js and its kin do; prints, as JSON, for each what was warned of and how many elements of each kind it has.
import { readFileSync } from "node:fs";
import { BpmnModdle } from "bpmn-moddle";

const told = {};
for (const path of process.argv.slice(2)) {
  const counted = {};
  const count = (element) => {
    counted[element.$type] = (counted[element.$type] ?? 0) + 1;
    for (const property of element.$descriptor.properties) {
      if (property.isReference || property.isAttr || property.isVirtual) continue;
      for (const child of [element[property.name]].flat()) if (child?.$type) count(child);
    }
  };
  try {
    const { rootElement, warnings } = await new BpmnModdle().fromXML(readFileSync(path, "utf-8"), "bpmn:Definitions");
    count(rootElement);
    told[path] = { warnings: warnings.map((one) => one.message), counted };
  } catch (error) {
    told[path] = { warnings: [error.message], counted };
  }
}
console.log(JSON.stringify(told));
process.exitCode = Object.values(told).some((one) => one.warnings.length) ? 1 : 0;
