-- How a part of a folded name sounds: the classes of Soundex, the first letter's too, so that Catherine is Katherine.
-- Letters that it does not know stay what they are.
CREATE FUNCTION sound_of(part text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN left(
        CASE WHEN part ~ '^[aeiouy]' THEN '0' ELSE '' END
        || translate(regexp_replace(translate(part, 'bfpvcgjkqsxzdtlłmnrhw', '1111222222223344556'), '(.)\1+', '\1', 'g'),
                     'aeiouy', ''), 4);

-- What a folded name is looked up by when it may be written otherwise: the sound of one part with the first letter of
-- another, for each two of the first six. So one part may be written in any way that begins alike, and another in any
-- that sounds alike. A name of one part is its sound.
CREATE FUNCTION name_keys(folded text) RETURNS text[] LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    parts text[] := (string_to_array(folded, ' '))[1:6];
    keys text[] := '{}';
BEGIN
    IF cardinality(parts) < 2 THEN
        RETURN ARRAY(SELECT public.sound_of(part) FROM unnest(parts) part);
    END IF;
    FOR one IN 1 .. cardinality(parts) LOOP
        FOR other IN 1 .. cardinality(parts) LOOP
            IF one <> other THEN
                keys := keys || (public.sound_of(parts[one]) || ' ' || left(parts[other], 1));
            END IF;
        END LOOP;
    END LOOP;
    RETURN keys;
END $$;

DROP INDEX party_folded_name_pieces;
CREATE INDEX party_name_keys ON casework_party USING gin (name_keys(folded_name));
