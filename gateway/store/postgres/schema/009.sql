-- Version 9: a row of a load is found by the exchange that holds it, which a new translation changes.
create index load_row_held on load_row (holder, record);
