/** `dayOf(at)`: the UTC day (`2026-03-02`) of a time in ms; Lua has no calendar here. By Howard Hinnant's `civil_from_days`. */
export const day = `
local function dayOf(at)
  local z = math.floor(at / 86400000) + 719468
  local era = math.floor(z / 146097)
  local ofEra = z - era * 146097
  local year = math.floor((ofEra - math.floor(ofEra / 1460) + math.floor(ofEra / 36524) - math.floor(ofEra / 146096)) / 365)
  local ofYear = ofEra - (365 * year + math.floor(year / 4) - math.floor(year / 100))
  local shifted = math.floor((5 * ofYear + 2) / 153)
  local month = shifted < 10 and shifted + 3 or shifted - 9
  return string.format('%04d-%02d-%02d',
    year + era * 400 + (month <= 2 and 1 or 0), month, ofYear - math.floor((153 * shifted + 2) / 5) + 1)
end
`;
