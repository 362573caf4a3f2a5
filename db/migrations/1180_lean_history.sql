-- The history repeats less of what the message says. A receipt keeps its sid only where it differs from the message's. Its
-- `extra` is an array around the object of its parameters where To and ApiVersion are left out of that object: To is the
-- message's recipient then, and ApiVersion is 2010-04-01. Older rows hold all of it, and stay as they are.

-- With the parameters that were left out.
create function whole_extra(extra jsonb, sent_to text) returns jsonb
    language sql immutable parallel safe
    return case when jsonb_typeof(extra) = 'array'
                then jsonb_strip_nulls((extra -> 0) || jsonb_build_object('ApiVersion', '2010-04-01', 'To', sent_to))
                else extra end;
